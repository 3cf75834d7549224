using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>A public key of the identity server, and the algorithms that it may verify. RFC 7517 §4; never one that the token chooses.</summary>
internal sealed class IssuerKey(IReadOnlyDictionary<string, SignatureProvider> verifiers)
{
    /// <summary>The usable keys of a set by kid: for signatures, public, strong, and of an accepted algorithm.</summary>
    public static Dictionary<string, IssuerKey> ReadAll(JsonWebKeySet? set, IReadOnlyList<string> accepted)
    {
        var keys = new Dictionary<string, IssuerKey>(StringComparer.Ordinal);
        foreach (var key in set?.Keys ?? [])
        {
            if (string.IsNullOrEmpty(key.KeyId) || key.Use is not (null or "" or "sig")) continue;
            var algorithms = accepted.Where(algorithm => (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm) && Fits(key, algorithm)).ToArray();
            if (algorithms.Length > 0 && Of(key, algorithms) is { } usable) keys[key.KeyId] = usable;
        }

        return keys;
    }

    /// <summary>Whether this key signed the token, whose shape holds and whose header names the algorithm. RFC 7515 §5.2.</summary>
    public bool Signed(string token, string algorithm)
    {
        if (!verifiers.TryGetValue(algorithm, out var verifier)) return false; // RS256 and PS256 are two algorithms, one key has one
        var last = token.LastIndexOf('.');
        var input = ArrayPool<byte>.Shared.Rent(last);
        try
        {
            var length = Encoding.ASCII.GetBytes(token.AsSpan(0, last), input);
            var signature = Base64Url.DecodeFromChars(token.AsSpan(last + 1));
            return verifier.Verify(input, 0, length, signature, 0, signature.Length);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return false; // a signature of another length
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }

    // One verifier for all threads, as long as the key is known: to ask the factory for it each time costs as much as the claims.
    private static IssuerKey? Of(JsonWebKey key, string[] algorithms)
    {
        try
        {
            return new IssuerKey(algorithms.ToDictionary(algorithm => algorithm, algorithm => key.CryptoProviderFactory.CreateForVerifying(key, algorithm), StringComparer.Ordinal));
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException or InvalidOperationException or CryptographicException)
        {
            return null; // a key whose numbers are none: the others go on
        }
    }

    // RFC 7518 §3.3 to §3.5: a curve belongs to one algorithm, RSA keys have 2048 bits or more.
    private static bool Fits(JsonWebKey key, string algorithm) => algorithm switch
    {
        "ES256" => key is { Kty: "EC", Crv: "P-256" },
        "ES384" => key is { Kty: "EC", Crv: "P-384" },
        "ES512" => key is { Kty: "EC", Crv: "P-521" },
        _ => key.Kty == "RSA" && key.KeySize >= 2048,
    };
}
