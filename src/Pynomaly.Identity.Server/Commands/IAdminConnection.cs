using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>A way to the operations of the administration API: over http to a server that runs, or within this process on this machine's database.</summary>
internal interface IAdminConnection
{
    /// <summary>Calls an operation.</summary>
    /// <exception cref="Protocol.ConfigurationException">It is refused; the message says why.</exception>
    Task<JsonNode?> SendAsync(HttpMethod method, string path, byte[]? body, string? version, CancellationToken cancellationToken);
}
