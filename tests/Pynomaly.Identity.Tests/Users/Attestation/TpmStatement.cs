using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>A TPM's statement, right unless a test says otherwise.</summary>
internal sealed record TpmStatement(AttestationLab Lab)
{
    public string Version { get; init; } = "2.0";

    public int Algorithm { get; init; } = -7;

    public Func<byte[], byte[]>? Signature { get; init; }

    public byte[]? AuthenticatorData { get; init; }

    public byte[]? PubArea { get; init; }

    public Func<byte[], byte[]> ChangedPubArea { get; init; } = area => area;

    public uint Magic { get; init; } = 0xFF544347;

    public ushort Type { get; init; } = 0x8017;

    public Func<byte[], byte[]> ExtraData { get; init; } = SHA256.HashData;

    public Func<byte[], byte[]> AreaName { get; init; } = area => [0x00, 0x0B, .. SHA256.HashData(area)];

    public byte[] Trailer { get; init; } = [];

    public X500DistinguishedName Subject { get; init; } = new X500DistinguishedNameBuilder().Build();

    public X509Extension[] Extensions { get; init; } = [PackedStatement.NotAnAuthority, Usage(), Make()];

    public string? Without { get; init; }

    public static X509Extension Usage(string usage = "2.23.133.8.3") => new X509EnhancedKeyUsageExtension(new OidCollection { new Oid(usage) }, critical: false);

    /// <summary>The alternative name, its attributes in one relative name or each in its own.</summary>
    public static X509Extension Make(string? manufacturer = "id:FFFFF1D0", string? model = "Model 1", string? version = "id:13", bool isFlat = true, string? second = null)
    {
        var attributes = new[] { ("2.23.133.2.1", manufacturer), ("2.23.133.2.2", model), ("2.23.133.2.3", version), ("2.23.133.2.2", second) }.Where(attribute => attribute.Item2 is not null).ToArray();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "tpm.example.org", new Asn1Tag(TagClass.ContextSpecific, 2));
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
            using (writer.PushSequence())
            {
                foreach (var group in isFlat ? [attributes] : attributes.Select(attribute => new[] { attribute }))
                using (writer.PushSetOf())
                    foreach (var (type, value) in group)
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(type);
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, value!);
                    }
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: true);
    }

    public static byte[] EccArea(ECDsa key, ushort curve = 0x0003, ushort nameHash = 0x000B)
    {
        var point = key.ExportParameters(false).Q;
        return [.. U16(0x0023), .. U16(nameHash), 0, 4, 0, 0, .. U16(0), .. U16(0x10), .. U16(0x10), .. U16(curve), .. U16(0x10), .. Sized(point.X!), .. Sized(point.Y!)];
    }

    public static byte[] RsaArea(RSA key, uint exponent = 0)
    {
        var modulus = key.ExportParameters(false).Modulus!;
        // With RSASSA and SHA-256 as scheme, and an authPolicy, as Windows writes it.
        return
        [
            .. U16(0x0001), .. U16(0x000B), 0, 6, 4, 0x72, .. Sized(SHA256.HashData("policy"u8)), .. U16(0x10), .. U16(0x14), .. U16(0x0B), .. U16(modulus.Length * 8),
            (byte)(exponent >> 24), (byte)(exponent >> 16), (byte)(exponent >> 8), (byte)exponent, .. Sized(modulus),
        ];
    }

    public byte[] Build()
    {
        var data = AuthenticatorData ?? Lab.AuthenticatorData();
        var area = ChangedPubArea(PubArea ?? EccArea(Lab.Credential));
        byte[] info =
        [
            .. U16((int)(Magic >> 16)), .. U16((int)(Magic & 0xFFFF)), .. U16(Type), .. Sized([0x00, 0x0B, .. new byte[32]]), .. Sized(ExtraData(Lab.Signed(data))),
            .. new byte[17], .. new byte[8], .. Sized(AreaName(area)), .. Sized([0x00, 0x0B, .. new byte[32]]), .. Trailer,
        ];
        var statement = new Dictionary<object, object>
        {
            ["ver"] = Version,
            ["alg"] = Algorithm,
            ["x5c"] = (byte[][])[Lab.Issue(new PublicKey(Lab.AttestationKey), Subject, Extensions)],
            ["sig"] = Signature?.Invoke(info) ?? AttestationLab.Sign(Lab.AttestationKey, info),
            ["certInfo"] = info,
            ["pubArea"] = area,
        };
        if (Without is not null) statement.Remove(Without);
        return AttestationLab.Object("tpm", statement, data);
    }

    public static byte[] Sized(byte[] bytes) => [.. U16(bytes.Length), .. bytes];

    private static byte[] U16(int number)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)number);
        return bytes;
    }
}
