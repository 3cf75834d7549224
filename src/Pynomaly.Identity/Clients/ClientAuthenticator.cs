using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Authenticates the client of a request by exactly one method, the one it is registered with (RFC 6749 §2.3).</summary>
/// <remarks>Every failure gets the same answer; the reason stands in the log.</remarks>
public sealed class ClientAuthenticator(ClientDirectory clients, IEnumerable<IClientAuthenticationMethod> methods, ApiKeyAuthentication keys, AuditTrail audit, ILogger<ClientAuthenticator> logger)
{
    private readonly IClientAuthenticationMethod[] _methods = methods.ToArray();

    /// <summary>The methods, "none" among them, as discovery lists them.</summary>
    public IReadOnlyList<string> Methods { get; } = [.. methods.Select(method => method.Name), ClientAuthenticationMethods.None];

    /// <summary>The client, enabled and proven (or public and named).</summary>
    /// <exception cref="ProtocolException">invalid_client; invalid_request when two methods are used at once.</exception>
    public async ValueTask<Application> AuthenticateAsync(HttpContext context, ProtocolRequest request, CancellationToken cancellationToken)
    {
        request.RefuseDuplicates();
        IClientAuthenticationMethod? method = null;
        ClientCredential shown = default;
        foreach (var candidate in _methods)
        {
            if (candidate.Read(context, request) is not { } credential) continue;
            // RFC 6749 §2.3: a client must not use more than one method in a request.
            if (method is not null) throw ProtocolException.InvalidRequest("More than one way of client authentication was used");
            (method, shown) = (candidate, credential);
        }

        var named = request[Parameters.ClientId];
        // An API key stands where a secret does, by one of the two ways that secrets come, and names itself.
        if (method is ClientSecretBasic or ClientSecretPost && ApiKeyText.IdOf(shown.Proof) is { } keyId) return await FindAsync(context, method.Name, keyId, shown, named, cancellationToken);

        var clientId = method is null ? named : shown.ClientId;
        var name = method?.Name ?? ClientAuthenticationMethods.None;
        if (string.IsNullOrEmpty(clientId)) throw Refuse(context, null, name, "the request names no client, or is malformed");

        var client = await clients.FindAsync(clientId, cancellationToken);
        var reason = method is null ? null : await method.RefuseAsync(client, shown, cancellationToken);
        reason ??= client is null ? "there is no such client"
            : client.Metadata.TokenEndpointAuthMethod != name ? "it is registered with another method"
            : !client.IsEnabled ? "it is disabled"
            : named is not null && named != client.ClientId ? "client_id names another client"
            : null;
        return reason is null ? client! : throw Refuse(context, client, name, reason, clientId);
    }

    private async ValueTask<Application> FindAsync(HttpContext context, string method, string keyId, ClientCredential shown, string? named, CancellationToken cancellationToken)
    {
        var (client, reason) = await keys.FindAsync(keyId, shown.Proof, context.Connection.RemoteIpAddress, cancellationToken);
        if ((shown.ClientId.Length > 0 && shown.ClientId != keyId) || (named is not null && named != keyId)) reason = "the request names another client than the key";
        return reason is null ? client! : throw Refuse(context, client, method, reason, keyId);
    }

    private ProtocolException Refuse(HttpContext context, Application? client, string method, string reason, string clientId = "")
    {
        logger.LogClientRefused(Readable(clientId), method, reason);
        // Counted, not written: strangers must not fill the trail. Names that nobody has are not entered at all.
        if (client is not null) audit.CountRefusal(new AuditEntry(Log.ClientRefused) { ClientId = client.ClientId, Address = AddressKey.NameOf(context.Connection.RemoteIpAddress) });
        return ProtocolException.InvalidClient(basic: method == ClientAuthenticationMethods.ClientSecretBasic);
    }

    // What strangers send must not break a log's lines.
    private static string Readable(string clientId) =>
        string.Create(Math.Min(clientId.Length, 100), clientId, static (text, id) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = char.IsControl(id[i]) || char.IsSurrogate(id[i]) ? '?' : id[i];
        });
}
