using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>client_secret_basic: identifier and secret in the Authorization header, each form-encoded before they are joined. RFC 6749 §2.3.1.</summary>
internal sealed class ClientSecretBasic(TimeProvider time) : IClientAuthenticationMethod
{
    private const string Scheme = "Basic";
    private const int MaxLength = 4096;

    /// <inheritdoc />
    public string Name => ClientAuthenticationMethods.ClientSecretBasic;

    /// <inheritdoc />
    public ClientCredential? Read(HttpContext context, ProtocolRequest request)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count == 0) return null;
        if (headers.Count > 1) throw ProtocolException.InvalidRequest("The Authorization header was sent more than once");
        var header = headers[0].AsSpan();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (header.Length > Scheme.Length && header[Scheme.Length] != ' ')) return null;
        var encoded = header[Scheme.Length..].Trim(' ');
        return encoded.Length <= MaxLength ? Decode(encoded) : default(ClientCredential);
    }

    /// <inheritdoc />
    public ValueTask<string?> RefuseAsync(Application? client, ClientCredential credential, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ClientSecretCheck.Refuse(client, credential.Proof ?? string.Empty, time.GetUtcNow()));

    // RFC 7617 §2 and RFC 6749 §2.3.1: the first colon divides; one within a half is sent as %3A.
    private static ClientCredential Decode(ReadOnlySpan<char> encoded)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return default;
        var pair = bytes[..length];
        var colon = pair.IndexOf((byte)':');
        if (colon < 0) return default;
        try
        {
            return new ClientCredential(FormText.Decode(pair[..colon]), FormText.Decode(pair[(colon + 1)..]));
        }
        catch (ProtocolException)
        {
            return default; // one answer for every wrong spelling: invalid_client
        }
    }
}
