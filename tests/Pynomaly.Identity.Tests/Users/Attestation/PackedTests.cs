using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

public sealed class PackedTests : IDisposable
{
    private readonly AttestationLab _lab = new();

    [Fact]
    public void A_packed_statement_is_proven()
    {
        var outcome = _lab.Verify(new PackedStatement(_lab).Build());

        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsProven);
        Assert.Equal("packed", outcome.Format);
        Assert.Equal(AttestationLab.Model, outcome.Model);
    }

    [Fact]
    public void It_may_name_the_model() =>
        _lab.AssertProven(new PackedStatement(_lab) { Extensions = [PackedStatement.NotAnAuthority, PackedStatement.ModelExtension(AttestationLab.Model, critical: false)] }.Build());

    [Theory]
    [InlineData(-257)]
    [InlineData(-39)]
    public void An_RSA_key_may_sign_it(int algorithm)
    {
        using var rsa = RSA.Create(2048);

        _lab.AssertProven(new PackedStatement(_lab)
        {
            Algorithm = algorithm,
            Key = new PublicKey(rsa),
            Signature = data => algorithm == -257
                ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : rsa.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
        }.Build());
    }

    [Fact]
    public void Self_attestation_is_valid_and_proves_nothing()
    {
        var outcome = _lab.Verify(Self(-7, data => AttestationLab.Sign(_lab.Credential, data)));

        Assert.True(outcome.IsValid);
        Assert.False(outcome.IsProven);
        Assert.Equal("no certificate stands behind the statement", outcome.Reason);
    }

    [Fact]
    public void Self_attestation_uses_the_credentials_algorithm() =>
        _lab.AssertRefused("alg is not the credential's algorithm", Self(-35, data => _lab.Credential.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence)));

    [Fact]
    public void WA_16_Self_attestation_is_signed_by_the_credential()
    {
        foreach (var wrong in WrongSignatures(_lab.Credential))
        {
            var outcome = _lab.Verify(Self(-7, wrong));

            Assert.False(outcome.IsValid);
            Assert.Equal("the signature is not the credential's", outcome.Reason);
        }
    }

    [Fact]
    public void WA_16_A_statement_is_signed_by_its_certificates_key()
    {
        foreach (var wrong in WrongSignatures(_lab.AttestationKey))
        {
            var outcome = _lab.Verify(new PackedStatement(_lab) { Signature = wrong }.Build());

            Assert.False(outcome.IsValid);
            Assert.Equal("the signature is not the attestation key's", outcome.Reason);
        }
    }

    [Fact]
    public void WA_16_A_statement_is_for_one_registration_only()
    {
        var statement = new PackedStatement(_lab).Build();

        Assert.Equal("the signature is not the attestation key's", _lab.Verifier().Verify(statement, SHA256.HashData("another"u8)).Reason);
    }

    [Theory]
    [InlineData("sig", "the statement has no sig")]
    [InlineData("alg", "the algorithm is not one that is verified here")]
    public void It_has_signature_and_algorithm(string without, string reason) => _lab.AssertRefused(reason, new PackedStatement(_lab) { Without = without }.Build());

    [Theory]
    [InlineData(-65535)]
    [InlineData(-8)]
    [InlineData(0)]
    public void WA_13_An_algorithm_that_does_not_count_is_refused(int algorithm) =>
        _lab.AssertRefused("the algorithm is not one that is verified here", new PackedStatement(_lab) { Algorithm = algorithm }.Build());

    [Theory]
    [InlineData(null, "Keys AB", "Authenticator Attestation", "Key 1", "the certificate's subject has no country")]
    [InlineData("se", "Keys AB", "Authenticator Attestation", "Key 1", "the certificate's subject has no country")]
    [InlineData("SE", null, "Authenticator Attestation", "Key 1", "the certificate's subject has no organisation")]
    [InlineData("SE", "Keys AB", null, "Key 1", "the certificate's unit is not \"Authenticator Attestation\"")]
    [InlineData("SE", "Keys AB", "Authenticator attestation", "Key 1", "the certificate's unit is not \"Authenticator Attestation\"")]
    [InlineData("SE", "Keys AB", "Authenticator Attestation", null, "the certificate's subject has no common name")]
    public void The_certificate_says_who_made_the_authenticator(string? country, string? organisation, string? unit, string? common, string reason) =>
        _lab.AssertRefused(reason, new PackedStatement(_lab) { Subject = PackedStatement.Name(country, organisation, unit, common) }.Build());

    [Fact]
    public void The_certificate_is_of_version_3() =>
        _lab.AssertRefused("the certificate is not of version 3", new PackedStatement(_lab) { Certificate = ToVersion2 }.Build());

    [Fact]
    public void The_certificate_says_that_it_is_no_authority()
    {
        const string reason = "the certificate's basic constraints do not say that it is no CA";
        X509Extension authority = new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true);

        _lab.AssertRefused(reason, new PackedStatement(_lab) { Extensions = [] }.Build());
        _lab.AssertRefused(reason, new PackedStatement(_lab) { Extensions = [authority] }.Build());
    }

    [Fact]
    public void The_certificates_model_is_the_authenticators()
    {
        var other = PackedStatement.ModelExtension(Guid.Parse("ee882879-721c-4913-9775-3dfcce97072a"), critical: false);
        var critical = PackedStatement.ModelExtension(AttestationLab.Model, critical: true);

        _lab.AssertRefused("the certificate is another model's", new PackedStatement(_lab) { Extensions = [PackedStatement.NotAnAuthority, other] }.Build());
        _lab.AssertRefused("the certificate's model is marked critical", new PackedStatement(_lab) { Extensions = [PackedStatement.NotAnAuthority, critical] }.Build());
    }

    [Fact]
    public void Nothing_stands_in_the_certificate_twice()
    {
        var twice = new X500DistinguishedNameBuilder();
        foreach (var unit in (string[])["Authenticator Attestation", "Sales"]) twice.AddOrganizationalUnitName(unit);
        twice.AddCountryOrRegion("SE");
        twice.AddOrganizationName("Keys AB");
        twice.AddCommonName("Key 1");
        var model = PackedStatement.ModelExtension(AttestationLab.Model, critical: false);
        var second = new X509Extension("1.3.6.1.4.1.45724.1.1.5", model.RawData, critical: false);

        _lab.AssertRefused("the certificate's subject is not plain", new PackedStatement(_lab) { Subject = twice.Build() }.Build());
        _lab.AssertRefused("the certificate has an extension twice", new PackedStatement(_lab) { Extensions = [PackedStatement.NotAnAuthority, model, second], Certificate = ToTwoModels }.Build());
    }

    [Fact]
    public void A_short_RSA_key_is_refused()
    {
        using var rsa = RSA.Create(1024);

        _lab.AssertRefused("the certificate's key is of a kind that does not count", new PackedStatement(_lab)
        {
            Algorithm = -257,
            Key = new PublicKey(rsa),
            Signature = data => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        }.Build());
    }

    public void Dispose() => _lab.Dispose();

    private static byte[] ToVersion2(byte[] certificate)
    {
        var at = certificate.AsSpan().IndexOf((byte[])[0xA0, 0x03, 0x02, 0x01, 0x02]);
        certificate[at + 4] = 1;
        return certificate;
    }

    private static byte[] ToTwoModels(byte[] certificate)
    {
        // The second extension's id becomes the first's, 1.3.6.1.4.1.45724.1.1.4.
        var at = certificate.AsSpan().IndexOf((byte[])[0x82, 0xE5, 0x1C, 0x01, 0x01, 0x05]);
        certificate[at + 5] = 0x04;
        return certificate;
    }

    private byte[] Self(int algorithm, Func<byte[], byte[]> sign)
    {
        var data = _lab.AuthenticatorData();
        return AttestationLab.Object("packed", new() { ["alg"] = algorithm, ["sig"] = sign(_lab.Signed(data)) }, data);
    }

    private IEnumerable<Func<byte[], byte[]>> WrongSignatures(ECDsa key) =>
    [
        data => AttestationLab.Sign(_lab.Key(), data),
        data => AttestationLab.Sign(key, [.. data, 0]),
        data => AttestationLab.Sign(key, data[..^1]),
        data => key.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence),
        data => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        data => [.. AttestationLab.Sign(key, data), 0],
        data => AttestationLab.Sign(key, data)[..^1],
        _ => [],
        _ => [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00],
        _ => [0x30, 0x80, 0x00, 0x00],
        _ => RandomNumberGenerator.GetBytes(71),
    ];
}
