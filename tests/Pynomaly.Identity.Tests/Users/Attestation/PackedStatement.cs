using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>A packed statement, right unless a test says otherwise.</summary>
internal sealed record PackedStatement(AttestationLab Lab)
{
    public int Algorithm { get; init; } = -7;

    public byte[]? AuthenticatorData { get; init; }

    public Func<byte[], byte[]>? Signature { get; init; }

    public X500DistinguishedName Subject { get; init; } = Name();

    public X509Extension[] Extensions { get; init; } = [NotAnAuthority];

    public X509Certificate2? Issuer { get; init; }

    public Func<ECDsa, X509SignatureGenerator>? IssuerSigns { get; init; }

    public PublicKey? Key { get; init; }

    public Func<byte[], byte[]> Certificate { get; init; } = bytes => bytes;

    public byte[][] Others { get; init; } = [];

    public string? Without { get; init; }

    public static X509Extension NotAnAuthority => new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true);

    public static X500DistinguishedName Name(string? country = "SE", string? organisation = "Keys AB", string? unit = "Authenticator Attestation", string? common = "Key 1")
    {
        var builder = new X500DistinguishedNameBuilder();
        if (country is not null) builder.Add("2.5.4.6", country, UniversalTagNumber.PrintableString);
        if (organisation is not null) builder.AddOrganizationName(organisation);
        if (unit is not null) builder.AddOrganizationalUnitName(unit);
        if (common is not null) builder.AddCommonName(common);
        return builder.Build();
    }

    public static X509Extension ModelExtension(Guid model, bool critical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(model.ToByteArray(bigEndian: true));
        return new X509Extension("1.3.6.1.4.1.45724.1.1.4", writer.Encode(), critical);
    }

    public byte[] Build()
    {
        var data = AuthenticatorData ?? Lab.AuthenticatorData();
        var signed = Lab.Signed(data);
        var certificate = Lab.Issue(Key ?? new PublicKey(Lab.AttestationKey), Subject, Extensions, Issuer, IssuerSigns);
        var statement = new Dictionary<object, object>
        {
            ["alg"] = Algorithm,
            ["sig"] = Signature?.Invoke(signed) ?? AttestationLab.Sign(Lab.AttestationKey, signed),
            ["x5c"] = (byte[][])[Certificate(certificate), .. Others],
        };
        if (Without is not null) statement.Remove(Without);
        return AttestationLab.Object("packed", statement, data);
    }
}
