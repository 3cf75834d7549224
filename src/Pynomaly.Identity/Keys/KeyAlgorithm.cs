using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>A JWS algorithm that the key ring can hold keys for: how they are made, stored and used. A new one is one class and one line in <see cref="All"/>.</summary>
/// <remarks>The kid is the key's thumbprint. Left out until a platform of ours has them: EdDSA (RFC 8037; .NET 10 has no Ed25519) and ML-DSA (needs OpenSSL 3.5).</remarks>
[Specification("RFC 7638", "JSON Web Key (JWK) Thumbprint")]
internal abstract class KeyAlgorithm(string name)
{
    /// <summary>All that are built in.</summary>
    public static IReadOnlyList<KeyAlgorithm> All { get; } = [new EcdsaAlgorithm(), new RsaAlgorithm(Algorithms.RS256), new RsaAlgorithm(Algorithms.PS256)];

    /// <summary>The alg value.</summary>
    public string Name => name;

    /// <summary>The algorithm of that name; null when there is none.</summary>
    public static KeyAlgorithm? Find(string name) => All.FirstOrDefault(algorithm => algorithm.Name == name);

    /// <summary>A new key: the private one as PKCS #8, and the required members of its JWK in the order of RFC 7638 §3.</summary>
    public abstract (byte[] Pkcs8, string Members) Generate();

    /// <summary>Opens a private key.</summary>
    /// <exception cref="CryptographicException">It is not one of this algorithm.</exception>
    public abstract SigningCredential Load(string kid, byte[] pkcs8);

    /// <summary>Opens a public key, to verify with.</summary>
    public abstract SigningCredential LoadPublic(string kid, string jwk);

    /// <summary>The kid: base64url of SHA-256 over the required members (RFC 7638 §3).</summary>
    public static string Thumbprint(string members) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{{{members}}}")));

    /// <summary>The public JWK as it is published (RFC 7517 §4).</summary>
    public string PublicJwk(string kid, string members) => $"{{{members},\"use\":\"sig\",\"alg\":\"{Name}\",\"kid\":\"{kid}\"}}";
}
