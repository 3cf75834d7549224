using System.Security.Cryptography;

namespace Pynomaly.Identity.Users.Attestation;

/// <summary>A TPM's form of a public key, TPMT_PUBLIC (TPM 2.0 Library, Part 2 §12.2.4).</summary>
internal sealed class TpmPublicArea
{
    private const ushort Rsa = 0x0001, Ecc = 0x0023, Null = 0x0010;

    // Schemes that a hash follows: RSASSA, RSAPSS, OAEP, ECDSA, and key derivation; Part 2 §11.2.
    private static readonly ushort[] SchemesWithHash = [0x0014, 0x0016, 0x0017, 0x0018, 0x0007, 0x0020, 0x0021, 0x0022];

    private TpmPublicArea(ushort nameAlgorithm) => NameAlgorithm = nameAlgorithm;

    private ushort NameAlgorithm { get; }

    private ECParameters? Point { get; init; }

    private RSAParameters? Modulus { get; init; }

    /// <summary>The key, ready to compare.</summary>
    public VerificationKey Open() => VerificationKey.Create(Point, Modulus);

    /// <summary>Takes the area apart; every byte must belong to something.</summary>
    public static TpmPublicArea Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var type = reader.Number16();
        var nameAlgorithm = reader.Number16();
        _ = reader.Number32(); // objectAttributes
        _ = reader.Sized(); // authPolicy
        AttestationException.Require(type is Rsa or Ecc, "the TPM's key is neither RSA nor EC");
        if (reader.Number16() != Null) _ = reader.Take(4); // symmetric: key bits and mode
        SkipScheme(ref reader);
        var area = type == Rsa ? ReadRsa(ref reader, nameAlgorithm) : ReadPoint(ref reader, nameAlgorithm);
        reader.End();
        return area;
    }

    /// <summary>The Name of an area: its hash, behind the number of the hash (TPM 2.0 Library, Part 1 §16).</summary>
    public byte[] NameOf(ReadOnlySpan<byte> bytes)
    {
        var hash = NameAlgorithm switch
        {
            0x000B => HashAlgorithmName.SHA256,
            0x000C => HashAlgorithmName.SHA384,
            0x000D => HashAlgorithmName.SHA512,
            // SHA-1 among them: who can make it collide could put another key behind the Name.
            _ => throw new AttestationException("the TPM names its key with a hash that does not count"),
        };
        return [(byte)(NameAlgorithm >> 8), (byte)NameAlgorithm, .. CryptographicOperations.HashData(hash, bytes)];
    }

    private static void SkipScheme(ref TpmReader reader)
    {
        var scheme = reader.Number16();
        if (SchemesWithHash.Contains(scheme)) _ = reader.Number16();
        else AttestationException.Require(scheme == Null, "the TPM's key has a scheme that is not known");
    }

    private static TpmPublicArea ReadRsa(ref TpmReader reader, ushort nameAlgorithm)
    {
        var bits = reader.Number16();
        var exponent = reader.Number32();
        var modulus = reader.Sized();
        AttestationException.Require(bits is >= 2048 and <= 4096 && modulus.Length == bits / 8, "the TPM's modulus has a wrong length");
        // Zero stands for 2^16 + 1 (Part 2 §12.2.3.5).
        if (exponent is not (0 or 0x10001)) throw new AttestationException("the TPM's exponent is not 65537");
        return new TpmPublicArea(nameAlgorithm) { Modulus = new RSAParameters { Modulus = modulus.ToArray(), Exponent = [1, 0, 1] } };
    }

    private static TpmPublicArea ReadPoint(ref TpmReader reader, ushort nameAlgorithm)
    {
        var (curve, size) = reader.Number16() switch
        {
            0x0003 => (ECCurve.NamedCurves.nistP256, 32),
            0x0004 => (ECCurve.NamedCurves.nistP384, 48),
            0x0005 => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new AttestationException("the TPM's curve is not known"),
        };
        SkipScheme(ref reader); // kdf
        var point = new ECPoint { X = Padded(reader.Sized(), size), Y = Padded(reader.Sized(), size) };
        return new TpmPublicArea(nameAlgorithm) { Point = new ECParameters { Curve = curve, Q = point } };
    }

    private static byte[] Padded(ReadOnlySpan<byte> number, int size)
    {
        AttestationException.Require(number.Length <= size, "the TPM's point has a wrong length");
        var padded = new byte[size];
        number.CopyTo(padded.AsSpan(size - number.Length));
        return padded;
    }
}
