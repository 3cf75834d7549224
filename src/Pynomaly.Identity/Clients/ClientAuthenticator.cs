using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Authenticates the client of a request by exactly one method, the one it is registered with (RFC 6749 §2.3).</summary>
public sealed class ClientAuthenticator
{
    /// <summary>The client, enabled and proven (or public and named).</summary>
    /// <exception cref="ProtocolException">invalid_client; invalid_request when two methods are used at once.</exception>
    public ValueTask<Application> AuthenticateAsync(HttpContext context, ProtocolRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
