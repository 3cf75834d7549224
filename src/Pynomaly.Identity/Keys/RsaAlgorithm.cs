using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>RS256 and PS256: RSA with SHA-256, by PKCS #1 v1.5 or by PSS (RFC 7518 §3.3, §3.5). New keys have 3072 bits.</summary>
internal sealed class RsaAlgorithm(string name) : KeyAlgorithm(name)
{
    private const int Bits = 3072;
    private readonly RSASignaturePadding _padding = name == Algorithms.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    public override (byte[] Pkcs8, string Members) Generate()
    {
        using var key = RSA.Create(Bits);
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return (key.ExportPkcs8PrivateKey(), $"\"e\":\"{Base64Url.EncodeToString(numbers.Exponent)}\",\"kty\":\"RSA\",\"n\":\"{Base64Url.EncodeToString(numbers.Modulus)}\"");
    }

    public override SigningCredential Load(string kid, byte[] pkcs8)
    {
        var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new Credential(key, _padding, signs: true) { Kid = kid, Algorithm = Name };
    }

    public override SigningCredential LoadPublic(string kid, string jwk)
    {
        using var document = JsonDocument.Parse(jwk);
        return new Credential(JsonWebKey.ReadRsa(document.RootElement), _padding, signs: false) { Kid = kid, Algorithm = Name };
    }

    private sealed class Credential(RSA key, RSASignaturePadding padding, bool signs) : SigningCredential
    {
        public override int SignatureLength { get; } = (key.KeySize + 7) / 8;

        public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
        {
            if (!signs) throw new InvalidOperationException("The key only verifies");
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(data, hash);
            if (key.SignHash(hash, signature, HashAlgorithmName.SHA256, padding) != SignatureLength) throw new CryptographicException("The signature has another length");
        }

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
            signature.Length == SignatureLength && key.VerifyData(data, signature, HashAlgorithmName.SHA256, padding);
    }
}
