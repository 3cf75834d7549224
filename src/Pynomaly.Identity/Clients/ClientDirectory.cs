using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Clients;

/// <summary>Finds applications by client identifier: from memory, at most a second old, bounded.</summary>
public sealed class ClientDirectory
{
    /// <summary>The application, enabled or not; null when there is none.</summary>
    public ValueTask<Application?> FindAsync(string clientId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
