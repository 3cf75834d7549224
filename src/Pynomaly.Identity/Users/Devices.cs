using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>The browsers that people have signed in with, by a random reference in a cookie: known, and perhaps trusted.</summary>
public sealed class Devices
{
    /// <summary>The row of this browser and person; null when they have not met.</summary>
    public ValueTask<Device?> FindAsync(HttpContext context, string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The person's, last seen first.</summary>
    public Task<IReadOnlyList<Device>> ListAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Asks for the second factor again on one of them, or on all.</summary>
    public Task DistrustAsync(string userId, string? id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
