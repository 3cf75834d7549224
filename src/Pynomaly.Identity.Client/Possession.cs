using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Client;

/// <summary>Proves at each request that this process holds the key that its tokens are bound to. RFC 9449 §4, and the nonces of §8 and §9.</summary>
internal sealed class Possession(TimeProvider time) : IDisposable
{
    private const string Header = "DPoP", NonceHeader = "DPoP-Nonce";
    private readonly ClientKey _key = ClientKey.Create();
    private readonly ConcurrentDictionary<string, string> _nonces = new(StringComparer.Ordinal); // by origin: few

    /// <summary>Puts the proof on the request; with an access token, for that token. Gives the nonce that the proof carries; null: none.</summary>
    public string? Prove(HttpRequestMessage request, string? accessToken)
    {
        var nonce = _nonces.GetValueOrDefault(request.RequestUri!.GetLeftPart(UriPartial.Authority));
        request.Headers.Remove(Header);
        request.Headers.TryAddWithoutValidation(Header, Proof(request.Method.Method, request.RequestUri, accessToken, nonce));
        return nonce;
    }

    /// <summary>Keeps the nonce of an answer for the next proof. True when the request, whose proof carried the nonce <paramref name="used"/>, must come again with it.</summary>
    public bool Learns(HttpResponseMessage response, string? used)
    {
        if (!response.Headers.TryGetValues(NonceHeader, out var values) || values.FirstOrDefault() is not { Length: > 0 and <= 512 } nonce) return false;
        var origin = response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority);
        _nonces[origin] = nonce;
        return nonce != used && IsAsked(response); // compared with this request's own: others of the same moment may have learned it already
    }

    public void Dispose() => _key.Dispose();

    // §8: at the token endpoint the error stands in the body of a 400; §9: at a resource in the challenge of a 401.
    private static bool IsAsked(HttpResponseMessage response) => response.StatusCode switch
    {
        System.Net.HttpStatusCode.BadRequest => true,
        System.Net.HttpStatusCode.Unauthorized => response.Headers.WwwAuthenticate.Any(IsNonceChallenge),
        _ => false,
    };

    private static bool IsNonceChallenge(AuthenticationHeaderValue challenge) =>
        string.Equals(challenge.Scheme, Header, StringComparison.OrdinalIgnoreCase) && challenge.Parameter?.Contains("use_dpop_nonce", StringComparison.Ordinal) is true;

    private string Proof(string method, Uri address, string? accessToken, string? nonce)
    {
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), ["htm"] = method, ["htu"] = address.GetLeftPart(UriPartial.Path), ["iat"] = time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (accessToken is not null) claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        if (nonce is not null) claims["nonce"] = nonce;
        return _key.Sign($$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{_key.PublicJwk()}}}""", JsonSerializer.Serialize(claims));
    }
}
