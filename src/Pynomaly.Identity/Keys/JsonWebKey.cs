using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>Reads public keys from JSON Web Keys: EC on the NIST curves and RSA. What a key is good for (its size, its use) is for the caller to judge.</summary>
[Specification("RFC 7517", "JSON Web Key (JWK)")]
internal static class JsonWebKey
{
    /// <summary>An elliptic curve key (RFC 7518 §6.2.1).</summary>
    /// <exception cref="CryptographicException">The curve is not P-256, P-384 or P-521, or the point is not on it.</exception>
    public static ECDsa ReadEc(JsonElement jwk)
    {
        var (curve, length) = Text(jwk, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new CryptographicException("The curve is not P-256, P-384 or P-521"),
        };
        var point = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") };
        if (point.X.Length != length || point.Y.Length != length) throw new CryptographicException("A coordinate has not the length of the curve (RFC 7518 §6.2.1.2)");
        var parameters = new ECParameters { Curve = curve, Q = point };
        parameters.Validate();
        return ECDsa.Create(parameters);
    }

    /// <summary>An RSA key (RFC 7518 §6.3.1).</summary>
    /// <exception cref="CryptographicException">A number is missing or malformed.</exception>
    public static RSA ReadRsa(JsonElement jwk) => RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });

    /// <summary>A member that is a text; null when it is absent.</summary>
    /// <exception cref="CryptographicException">It is something else.</exception>
    public static string? Text(JsonElement jwk, string name)
    {
        if (!jwk.TryGetProperty(name, out var member)) return null;
        if (member.ValueKind != JsonValueKind.String) throw new CryptographicException($"{name} is not a text");
        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new CryptographicException($"{name} is not a text"); // half a surrogate
        }
    }

    /// <summary>A member in base64url.</summary>
    /// <exception cref="CryptographicException">It is absent or malformed.</exception>
    public static byte[] Bytes(JsonElement jwk, string name)
    {
        try
        {
            return Text(jwk, name) is { Length: > 0 } text ? Base64Url.DecodeFromChars(text) : throw new CryptographicException($"{name} is missing");
        }
        catch (FormatException)
        {
            throw new CryptographicException($"{name} is not base64url");
        }
    }
}
