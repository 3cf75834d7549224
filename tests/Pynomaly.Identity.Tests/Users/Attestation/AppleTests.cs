using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

public sealed class AppleTests : IDisposable
{
    private readonly AttestationLab _lab = new();

    [Fact]
    public void An_Apple_statement_is_proven()
    {
        var outcome = _lab.Verify(Statement());

        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsProven);
        Assert.Equal("apple", outcome.Format);
    }

    [Fact]
    public void A_member_that_is_not_of_its_format_is_passed_over()
    {
        // Devices have sent "alg" here, though §8.8 does not know it.
        _lab.AssertProven(Statement(more: ("alg", -7)));
    }

    [Fact]
    public void It_has_a_certificate() => _lab.AssertRefused("the statement has no x5c", AttestationLab.Object("apple", new() { ["alg"] = -7 }, _lab.AuthenticatorData()));

    [Fact]
    public void WA_16_The_certificate_was_made_for_this_registration()
    {
        const string reason = "the certificate was made for another registration";

        _lab.AssertRefused(reason, Statement(nonce: data => SHA256.HashData([.. data, 0])));
        _lab.AssertRefused(reason, Statement(nonce: _ => []));
        Assert.Equal(reason, _lab.Verifier().Verify(Statement(), SHA256.HashData("another"u8)).Reason);
    }

    [Fact]
    public void The_certificate_has_a_nonce() => _lab.AssertRefused("the certificate has no nonce", Statement(hasNonce: false));

    [Fact]
    public void WA_16_The_certificates_key_is_the_credentials() => _lab.AssertRefused("the certificate's key is not the credential's", Statement(key: _lab.AttestationKey));

    public void Dispose() => _lab.Dispose();

    private byte[] Statement(ECDsa? key = null, Func<byte[], byte[]>? nonce = null, bool hasNonce = true, (string Name, object Value)? more = null)
    {
        var data = _lab.AuthenticatorData();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            writer.WriteOctetString((nonce ?? SHA256.HashData)(_lab.Signed(data)));
        var extension = new X509Extension("1.2.840.113635.100.8.2", writer.Encode(), critical: false);
        var certificate = _lab.Issue(new PublicKey(key ?? _lab.Credential), new X500DistinguishedName("CN=credential"), hasNonce ? [extension] : []);
        var statement = new Dictionary<object, object> { ["x5c"] = (byte[][])[certificate] };
        if (more is { } member) statement[member.Name] = member.Value;
        return AttestationLab.Object("apple", statement, data);
    }
}
