using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
#if !RESOURCE_SERVER
using Pynomaly.Identity.Protocol;
#endif

namespace Pynomaly.Identity.Tokens;

/// <summary>A DPoP proof whose signature holds for one request: who signs this holds the private key. RFC 9449 §4.</summary>
/// <remarks>Both halves read it: this server, and the package for APIs, which compiles this file too. Whether its jti was seen before is for the caller to remember.</remarks>
#if !RESOURCE_SERVER
[Specification("RFC 9449", "OAuth 2.0 Demonstrating Proof of Possession (DPoP)")]
#endif
internal sealed record DPoPProof
{
    /// <summary>The name of the header, and of the scheme under which a bound token is presented (§7.1).</summary>
    public const string Name = "DPoP";

    private const string Type = "dpop+jwt";
    private const int Longest = 8 * 1024, LongestId = 256;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The algorithms that are taken: asymmetric ones only (§4.3, 5).</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["ES256", "ES384", "PS256", "RS256"];

    /// <summary>The key's thumbprint, as cnf.jkt names it (§6.1).</summary>
    public required string Thumbprint { get; init; }

    /// <summary>The proof's own identifier, unique for the key.</summary>
    public required string Jti { get; init; }

    /// <summary>When it was made, by the client's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The nonce that a server gave before; null: none.</summary>
    public string? Nonce { get; init; }

    /// <summary>base64url of the access token's SHA-256; null: the proof comes with no token.</summary>
    public string? AccessTokenHash { get; init; }

    /// <summary>Reads a proof for a request with this method to this address, whose query and fragment do not count.</summary>
    /// <returns>The proof; or null, and the reason in words for the client's developer.</returns>
    public static (DPoPProof? Proof, string Reason) Read(string text, string method, Uri address)
    {
        if (text.Length > Longest) return (null, "The proof is too long");
        if (text.Split('.') is not [var head, var body, var tail] || Decode(head) is not { } header || Decode(body) is not { } payload || Decode(tail) is not { } signature)
            return (null, "The proof is not a compact JWS"); // §4.3, 2
        try
        {
            using var headers = JsonDocument.Parse(header, Strict);
            using var claims = JsonDocument.Parse(payload, Strict);
            return Read(headers.RootElement, claims.RootElement, Encoding.ASCII.GetBytes(text[..text.LastIndexOf('.')]), signature, method, address);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, "The proof's JSON is malformed");
        }
    }

    /// <summary>Why the proof's time does not do; null: it does. The iat may lie as far back as <paramref name="life"/>, and ahead or back by <paramref name="skew"/> (§4.3, 11; §11.1).</summary>
    public string? WhyNotNow(DateTimeOffset now, TimeSpan life, TimeSpan skew) =>
        IssuedAt > now + skew ? "The proof's iat lies ahead" : IssuedAt < now - life - skew ? "The proof is too old" : null;

    /// <summary>Whether the proof was made for this access token (§4.3, 12).</summary>
    public bool IsFor(string accessToken) =>
        AccessTokenHash is { } hash && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)))));

    private static (DPoPProof?, string) Read(JsonElement header, JsonElement claims, byte[] signed, byte[] signature, string method, Uri address)
    {
        if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object) return (null, "The proof's JSON is malformed");
        if (Text(header, "typ") != Type) return (null, "The proof's typ is not dpop+jwt"); // 4
        if (header.TryGetProperty("crit", out _)) return (null, "The proof demands an extension that is not known here"); // RFC 7515 §4.1.11
        if (Text(header, "alg") is not { } algorithm || !Algorithms.Contains(algorithm)) return (null, $"The proof's alg is none of {string.Join(", ", Algorithms)}"); // 5
        if (!header.TryGetProperty("jwk", out var jwk) || jwk.ValueKind != JsonValueKind.Object) return (null, "The proof carries no jwk");
        if (Text(claims, "jti") is not { Length: > 0 and <= LongestId } jti) return (null, "The proof has no jti, or one that is too long"); // 3
        if (Text(claims, "htm") != method) return (null, "The proof's htm is not the method of this request"); // 8
        if (!IsSame(Text(claims, "htu"), address)) return (null, "The proof's htu is not the address of this request"); // 9
        if (!claims.TryGetProperty("iat", out var iat) || !iat.TryGetDouble(out var seconds) || seconds is not (>= 0 and < 253_402_300_800)) return (null, "The proof has no iat");
        if (DPoPKey.Read(jwk, algorithm) is not { } key) return (null, "The proof's jwk is not a public key for its alg"); // 6, 7
        using (key)
        {
            if (!key.Verify(signed, signature)) return (null, "The proof's signature does not hold"); // 6
            return (new DPoPProof
            {
                Thumbprint = key.Thumbprint, Jti = jti, IssuedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)), Nonce = Text(claims, "nonce"), AccessTokenHash = Text(claims, "ath"),
            }, "");
        }
    }

    // §4.3, 9: compared after the normalisation of RFC 3986 §6.2.2 and §6.2.3, without query and fragment.
    private static bool IsSame(string? htu, Uri address)
    {
        if (htu is null || !Uri.TryCreate(htu, UriKind.Absolute, out var given) || given.Scheme is not ("https" or "http") || given.UserInfo.Length > 0) return false;
        return Place(given) == Place(address);

        static string Place(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    // One spelling for each value: no padding, no blanks, no set bits beyond the last byte.
    private static byte[]? Decode(string part)
    {
        if (part.Length == 0 || !Base64Url.IsValid(part) || part.AsSpan().ContainsAny(" =\t\r\n")) return null;
        var bytes = Base64Url.DecodeFromChars(part);
        return Base64Url.EncodeToString(bytes) == part ? bytes : null;
    }
}
