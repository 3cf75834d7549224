using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

public sealed class FidoU2fTests : IDisposable
{
    private readonly AttestationLab _lab = new();

    [Fact]
    public void A_U2F_statement_is_proven()
    {
        var outcome = _lab.Verify(Statement());

        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsProven);
        Assert.Equal("fido-u2f", outcome.Format);
    }

    [Fact]
    public void It_proves_no_model()
    {
        // The signature leaves the AAGUID out: taken at its word, any U2F key could pass for an admitted model.
        var outcome = _lab.Verifier(AttestationLab.Model.ToString()).Verify(Statement(), _lab.ClientDataHash);

        Assert.Equal(Guid.Empty, outcome.Model);
        Assert.False(outcome.IsAdmittedModel);
    }

    [Theory]
    [InlineData("x5c")]
    [InlineData("sig")]
    public void It_has_certificate_and_signature(string without) => _lab.AssertRefused("the statement lacks x5c or sig", Statement(without: without));

    [Fact]
    public void It_has_one_certificate() => _lab.AssertRefused("x5c has more than one certificate", Statement(others: [_lab.Root.RawData]));

    [Fact]
    public void The_certificates_key_is_on_P_256()
    {
        var key = _lab.Key("nistP384");

        _lab.AssertRefused("the certificate's key is not on P-256", Statement(key: key));
    }

    [Fact]
    public void The_credential_is_on_P_256()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        var cose = AttestationLab.Encode(new Dictionary<object, object> { [1] = 3, [3] = -257, [-1] = parameters.Modulus!, [-2] = parameters.Exponent! });

        _lab.AssertRefused("the credential is not on P-256", Statement(cose: cose));
        _lab.AssertRefused("the credential is not on P-256", Statement(cose: AttestationLab.Cose(_lab.Key("nistP384"), -35, 2)));
    }

    [Fact]
    public void WA_16_The_attestation_key_signs_what_U2F_signs()
    {
        const string reason = "the signature is not the attestation key's";

        _lab.AssertRefused(reason, Statement(sign: data => AttestationLab.Sign(_lab.Key(), data)));
        _lab.AssertRefused(reason, Statement(sign: data => AttestationLab.Sign(_lab.AttestationKey, [.. data, 0])));
        _lab.AssertRefused(reason, Statement(sign: _ => AttestationLab.Sign(_lab.AttestationKey, _lab.Signed(_lab.AuthenticatorData()))));
        _lab.AssertRefused(reason, Statement(sign: _ => []));
        Assert.Equal(reason, _lab.Verifier().Verify(Statement(), SHA256.HashData("another"u8)).Reason);
    }

    public void Dispose() => _lab.Dispose();

    private byte[] Statement(ECDsa? key = null, Func<byte[], byte[]>? sign = null, byte[]? cose = null, byte[][]? others = null, string? without = null)
    {
        var point = _lab.Credential.ExportParameters(false).Q;
        byte[] signed = [0, .. SHA256.HashData("example.org"u8), .. _lab.ClientDataHash, .. _lab.CredentialId, 4, .. point.X!, .. point.Y!];
        var certificate = _lab.Issue(new PublicKey(key ?? _lab.AttestationKey), new X500DistinguishedName("CN=U2F Key 1"), []);
        var statement = new Dictionary<object, object> { ["sig"] = sign?.Invoke(signed) ?? AttestationLab.Sign(key ?? _lab.AttestationKey, signed), ["x5c"] = (byte[][])[certificate, .. others ?? []] };
        if (without is not null) statement.Remove(without);
        return AttestationLab.Object("fido-u2f", statement, _lab.AuthenticatorData(cose));
    }
}
