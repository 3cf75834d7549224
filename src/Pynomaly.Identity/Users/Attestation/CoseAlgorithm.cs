using System.Security.Cryptography;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>The signature algorithms that count here, by their COSE numbers (RFC 9053 §2.1, RFC 8230 §2, RFC 8812 §2).</summary>
/// <remarks>
/// Left out: RS1 (-65535), since SHA-1 can be made to collide (WebAuthn lists it for old TPMs only, and their statements are therefore not proven here), and EdDSA
/// (-8), which the platform does not have.
/// </remarks>
internal sealed record CoseAlgorithm
{
    private static readonly Dictionary<int, CoseAlgorithm> Known = new CoseAlgorithm[]
    {
        new() { Number = -7, Hash = HashAlgorithmName.SHA256, Curve = 1 },
        new() { Number = -35, Hash = HashAlgorithmName.SHA384, Curve = 2 },
        new() { Number = -36, Hash = HashAlgorithmName.SHA512, Curve = 3 },
        new() { Number = -257, Hash = HashAlgorithmName.SHA256, Padding = RSASignaturePadding.Pkcs1 },
        new() { Number = -258, Hash = HashAlgorithmName.SHA384, Padding = RSASignaturePadding.Pkcs1 },
        new() { Number = -259, Hash = HashAlgorithmName.SHA512, Padding = RSASignaturePadding.Pkcs1 },
        new() { Number = -37, Hash = HashAlgorithmName.SHA256, Padding = RSASignaturePadding.Pss },
        new() { Number = -38, Hash = HashAlgorithmName.SHA384, Padding = RSASignaturePadding.Pss },
        new() { Number = -39, Hash = HashAlgorithmName.SHA512, Padding = RSASignaturePadding.Pss },
    }.ToDictionary(algorithm => algorithm.Number);

    /// <summary>Its number in the registry.</summary>
    public required int Number { get; init; }

    /// <summary>Its hash.</summary>
    public required HashAlgorithmName Hash { get; init; }

    /// <summary>The COSE curve that a credential of this algorithm lies on (WebAuthn Level 3 §5.8.5); null: it is RSA.</summary>
    public int? Curve { get; init; }

    /// <summary>How RSA pads; null: it is not RSA.</summary>
    public RSASignaturePadding? Padding { get; init; }

    /// <summary>The algorithm of a number.</summary>
    public static CoseAlgorithm Require(int? number) =>
        number is { } value && Known.TryGetValue(value, out var algorithm) ? algorithm : throw new AttestationException("the algorithm is not one that is verified here");
}
