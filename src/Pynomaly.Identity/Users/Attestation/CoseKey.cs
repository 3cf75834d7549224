using System.Formats.Cbor;
using System.Security.Cryptography;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>A credential's public key in COSE's form (RFC 9052 §7; RFC 9053 §7.1.1, RFC 8230 §4).</summary>
internal sealed class CoseKey
{
    private const int EllipticCurve = 2, Rsa = 3;

    private CoseKey(CoseAlgorithm algorithm) => Algorithm = algorithm;

    /// <summary>The algorithm that the key is for.</summary>
    public CoseAlgorithm Algorithm { get; }

    /// <summary>The point of an EC key; null: it is RSA.</summary>
    public ECParameters? Point { get; private init; }

    /// <summary>Modulus and exponent of an RSA key; null: it is EC.</summary>
    public RSAParameters? Modulus { get; private init; }

    /// <summary>Reads a key: "alg" and the parameters of its kind, none beside them (WebAuthn Level 3 §6.5.1.1).</summary>
    public static CoseKey Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = StrictCbor.Open(encoded);
        AttestationException.Require(reader.PeekState() == CborReaderState.StartMap, "the credential's key is not a map");
        var count = reader.ReadStartMap();
        int? type = null, algorithm = null, curve = null;
        byte[]? first = null, second = null, third = null;
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            switch (reader.ReadInt32())
            {
                case 1: type = reader.ReadInt32(); break;
                case 3: algorithm = reader.ReadInt32(); break;
                // crv for an elliptic curve, n for RSA.
                case -1 when reader.PeekState() == CborReaderState.UnsignedInteger: curve = reader.ReadInt32(); break;
                case -1: first = reader.ReadByteString(); break;
                case -2: second = reader.ReadByteString(); break;
                case -3: third = reader.ReadByteString(); break;
                default: throw new AttestationException("the credential's key has a parameter too many");
            }
        }

        var known = CoseAlgorithm.Require(algorithm);
        if (type == EllipticCurve && count == 5 && curve is not null && second is not null && third is not null) return OnCurve(known, curve.Value, second, third);
        if (type == Rsa && count == 4 && first is not null && second is not null) return OfRsa(known, first, second);
        throw new AttestationException("the credential's key is not an EC or RSA key");
    }

    /// <summary>The key, ready to verify with.</summary>
    public VerificationKey Open() => VerificationKey.Create(Point, Modulus);

    private static CoseKey OnCurve(CoseAlgorithm algorithm, int curve, byte[] x, byte[] y)
    {
        AttestationException.Require(algorithm.Curve == curve, "the credential's curve is not its algorithm's");
        var (named, size) = curve switch
        {
            1 => (ECCurve.NamedCurves.nistP256, 32),
            2 => (ECCurve.NamedCurves.nistP384, 48),
            _ => (ECCurve.NamedCurves.nistP521, 66),
        };
        AttestationException.Require(x.Length == size && y.Length == size, "the credential's point has a wrong length");
        return new CoseKey(algorithm) { Point = new ECParameters { Curve = named, Q = new ECPoint { X = x, Y = y } } };
    }

    private static CoseKey OfRsa(CoseAlgorithm algorithm, byte[] modulus, byte[] exponent)
    {
        AttestationException.Require(algorithm.Padding is not null, "the credential's key is not its algorithm's");
        // A giant modulus or exponent would make one verification cost seconds.
        AttestationException.Require(modulus.Length is >= 256 and <= 512 && modulus[0] != 0, "the credential's modulus has a wrong length");
        AttestationException.Require(exponent.Length is >= 1 and <= 4 && exponent[0] != 0 && (exponent[^1] & 1) == 1, "the credential's exponent is none");
        return new CoseKey(algorithm) { Modulus = new RSAParameters { Modulus = modulus, Exponent = exponent } };
    }
}
