using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>client_secret_post: identifier and secret as parameters of the body. RFC 6749 §2.3.1.</summary>
internal sealed class ClientSecretPost(TimeProvider time) : IClientAuthenticationMethod
{
    /// <inheritdoc />
    public string Name => ClientAuthenticationMethods.ClientSecretPost;

    /// <inheritdoc />
    public ClientCredential? Read(HttpContext context, ProtocolRequest request) =>
        request[Parameters.ClientSecret] is { } secret ? new ClientCredential(request[Parameters.ClientId] ?? string.Empty, secret) : null;

    /// <inheritdoc />
    public ValueTask<string?> RefuseAsync(Application? client, ClientCredential credential, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ClientSecretCheck.Refuse(client, credential.Proof, time.GetUtcNow()));
}
