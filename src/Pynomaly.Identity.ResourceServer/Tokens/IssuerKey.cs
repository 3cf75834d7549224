using Microsoft.IdentityModel.Tokens;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>A public key of the identity server, and the algorithms that it may verify. RFC 7517 §4; never one that the token chooses.</summary>
internal sealed record IssuerKey(SecurityKey Key, IReadOnlyList<string> Algorithms)
{
    /// <summary>The usable keys of a set by kid: for signatures, public, strong, and of an accepted algorithm.</summary>
    public static Dictionary<string, IssuerKey> ReadAll(JsonWebKeySet? set, IReadOnlyList<string> accepted)
    {
        var keys = new Dictionary<string, IssuerKey>(StringComparer.Ordinal);
        foreach (var key in set?.Keys ?? [])
        {
            if (string.IsNullOrEmpty(key.KeyId) || key.Use is not (null or "" or "sig")) continue;
            var algorithms = accepted.Where(algorithm => (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm) && Fits(key, algorithm)).ToArray();
            if (algorithms.Length > 0) keys[key.KeyId] = new IssuerKey(key, algorithms);
        }

        return keys;
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
