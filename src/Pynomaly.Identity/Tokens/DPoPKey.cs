using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Tokens;

/// <summary>The public key in a DPoP proof's header, with its thumbprint (RFC 7638 §3). RFC 9449 §4.2.</summary>
internal sealed class DPoPKey : IDisposable
{
    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    private readonly AsymmetricAlgorithm _key;
    private readonly string _algorithm;

    private DPoPKey(AsymmetricAlgorithm key, string algorithm, string members)
    {
        (_key, _algorithm) = (key, algorithm);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    /// <summary>base64url of SHA-256 over the key's required members.</summary>
    public string Thumbprint { get; }

    /// <summary>The key; null when it is none for the algorithm, too weak, or carries a private part (RFC 9449 §4.3, 7).</summary>
    public static DPoPKey? Read(JsonElement jwk, string algorithm)
    {
        if (Private.Any(name => jwk.TryGetProperty(name, out _))) return null;
        try
        {
            return algorithm switch
            {
                "ES256" => ReadEc(jwk, algorithm, "P-256", ECCurve.NamedCurves.nistP256, 32),
                "ES384" => ReadEc(jwk, algorithm, "P-384", ECCurve.NamedCurves.nistP384, 48),
                "PS256" or "RS256" => ReadRsa(jwk, algorithm),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether the key made the signature (RFC 7518 §3.3 to §3.5).</summary>
    public bool Verify(byte[] data, byte[] signature) => (_key, _algorithm) switch
    {
        (ECDsa key, "ES256") => signature.Length == 64 && key.VerifyData(data, signature, HashAlgorithmName.SHA256),
        (ECDsa key, _) => signature.Length == 96 && key.VerifyData(data, signature, HashAlgorithmName.SHA384),
        (RSA key, "PS256") => key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        (RSA key, _) => key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => false,
    };

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static DPoPKey? ReadEc(JsonElement jwk, string algorithm, string curve, ECCurve parameters, int length)
    {
        if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != curve || Bytes(jwk, "x") is not { } x || Bytes(jwk, "y") is not { } y || x.Length != length || y.Length != length) return null;
        var ec = ECDsa.Create(new ECParameters { Curve = parameters, Q = new ECPoint { X = x, Y = y } }); // throws when the point is not on the curve
        return new DPoPKey(ec, algorithm, $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""");
    }

    // 2048 bits at least (RFC 7518 §3.3); no more than 4096, and a small exponent, so that a proof cannot be made expensive to verify.
    private static DPoPKey? ReadRsa(JsonElement jwk, string algorithm)
    {
        if (Text(jwk, "kty") != "RSA" || Bytes(jwk, "n") is not { Length: >= 256 and <= 512 } n || n[0] < 0x80 || Bytes(jwk, "e") is not { Length: > 0 and <= 4 } e || e[0] == 0 || (e[^1] & 1) == 0 || e is [1]) return null;
        return new DPoPKey(RSA.Create(new RSAParameters { Modulus = n, Exponent = e }), algorithm, $$"""{"e":"{{Base64Url.EncodeToString(e)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(n)}}"}""");
    }

    private static string? Text(JsonElement jwk, string name) => jwk.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static byte[]? Bytes(JsonElement jwk, string name) => Text(jwk, name) is { Length: > 0 } text ? Base64Url.DecodeFromChars(text) : null;
}
