using System.Security.Cryptography;
using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>A public key of a client, to verify its signatures with: EC on P-256, or RSA of at least 3072 bits.</summary>
/// <remarks>RSA 2048 has 112 bits of security, which ASVS 5.0 §11.2.3 no longer takes; ES256 is the easy way out.</remarks>
internal sealed class ClientKey
{
    private const int LeastRsaBits = 3072;
    private const int MostRsaBits = 8192;
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
    private readonly AsymmetricAlgorithm _key;

    private ClientKey(AsymmetricAlgorithm key, string? kid, string? algorithm) => (_key, Kid, Algorithm) = (key, kid, algorithm);

    /// <summary>The key id; null when it has none.</summary>
    public string? Kid { get; }

    /// <summary>The only algorithm that it is for; null: any that its type can.</summary>
    public string? Algorithm { get; }

    /// <summary>Reads a key.</summary>
    /// <exception cref="CryptographicException">It is not one that this server takes; the message says why.</exception>
    public static ClientKey Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object) throw new CryptographicException("a key is not a JSON object");
        if (PrivateMembers.Any(member => jwk.TryGetProperty(member, out _))) throw new CryptographicException("a key is private or symmetric; register the public half only, and replace this one, since others have now seen it");
        if (JsonWebKey.Text(jwk, "use") is { } use and not "sig") throw new CryptographicException($"a key is for \"{Short(use)}\", not for signatures (sig)");
        if (jwk.TryGetProperty("key_ops", out var operations) && !(operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("verify"))))
            throw new CryptographicException("key_ops of a key lacks \"verify\"");
        var (kid, algorithm) = (JsonWebKey.Text(jwk, "kid"), JsonWebKey.Text(jwk, "alg"));
        if (kid is { Length: 0 or > 256 }) throw new CryptographicException("the kid of a key is empty or longer than 256 characters");
        return JsonWebKey.Text(jwk, "kty") switch
        {
            "EC" => Ec(jwk, kid, algorithm),
            "RSA" => Rsa(jwk, kid, algorithm),
            var type => throw new CryptographicException($"a key has the type \"{Short(type)}\"; write EC or RSA"),
        };
    }

    /// <summary>True when the signature is this key's, by exactly that algorithm.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Algorithm is not null && Algorithm != algorithm) return false;
        return (_key, algorithm) switch
        {
            (ECDsa ec, Algorithms.ES256) => signature.Length == 64 && ec.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            (RSA rsa, Algorithms.RS256) => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            (RSA rsa, Algorithms.PS256) => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => false,
        };
    }

    private static ClientKey Ec(JsonElement jwk, string? kid, string? algorithm)
    {
        if (JsonWebKey.Text(jwk, "crv") is var curve and not "P-256") throw new CryptographicException($"a key is on the curve \"{Short(curve)}\"; ES256 needs P-256");
        if (algorithm is not (null or Algorithms.ES256)) throw new CryptographicException($"a key is for {Short(algorithm)}; write ES256");
        return new ClientKey(JsonWebKey.ReadEc(jwk), kid, algorithm);
    }

    private static ClientKey Rsa(JsonElement jwk, string? kid, string? algorithm)
    {
        if (algorithm is not (null or Algorithms.RS256 or Algorithms.PS256)) throw new CryptographicException($"a key is for {Short(algorithm)}; write RS256 or PS256");
        var modulus = JsonWebKey.Bytes(jwk, "n").AsSpan().TrimStart((byte)0);
        var exponent = JsonWebKey.Bytes(jwk, "e").AsSpan().TrimStart((byte)0);
        var bits = modulus.IsEmpty ? 0 : modulus.Length * 8 - byte.LeadingZeroCount(modulus[0]);
        if (bits is < LeastRsaBits or > MostRsaBits) throw new CryptographicException($"an RSA key has {bits} bits; it needs {LeastRsaBits} to {MostRsaBits}, or take an EC key on P-256 (ES256)");
        // FIPS 186-5 §5.1: odd and greater than 2^16. With 1 every text is its own signature.
        if (exponent.Length is < 3 or > 4 || (exponent[^1] & 1) == 0) throw new CryptographicException("the exponent of an RSA key is not an odd number from 65537 on");
        return new ClientKey(JsonWebKey.ReadRsa(jwk), kid, algorithm);
    }

    private static string Short(string? text) => text is null ? "" : new string([.. text.Take(32).Where(char.IsAsciiLetterOrDigit)]);
}
