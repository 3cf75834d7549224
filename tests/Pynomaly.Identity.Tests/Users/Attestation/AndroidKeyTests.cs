using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

public sealed class AndroidKeyTests : IDisposable
{
    private static readonly Action<AsnWriter> Generated = list => Tagged(list, 702, () => list.WriteInteger(0));
    private static readonly Action<AsnWriter> Imported = list => Tagged(list, 702, () => list.WriteInteger(2));
    private static readonly Action<AsnWriter> ForSigning = list => Purposes(list, 2);
    private static readonly Action<AsnWriter> ForDecrypting = list => Purposes(list, 1);
    private static readonly Action<AsnWriter> ForAllApplications = list => Tagged(list, 600, () => list.WriteNull());
    private static readonly Action<AsnWriter> CreationTime = list => Tagged(list, 701, () => list.WriteInteger(1700000000000));

    private readonly AttestationLab _lab = new();

    [Fact]
    public void An_Android_keys_statement_is_proven()
    {
        var outcome = _lab.Verify(Statement(Description([CreationTime], [ForSigning, Generated])));

        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsProven);
        Assert.Equal("android-key", outcome.Format);
    }

    [Fact]
    public void A_key_may_have_more_purposes() =>
        _lab.AssertProven(Statement(Description([], [list => Purposes(list, 2, 3), Generated])));

    [Theory]
    [InlineData("x5c")]
    [InlineData("sig")]
    public void It_has_certificate_and_signature(string without) => _lab.AssertRefused("the statement lacks x5c or sig", Statement(Right(), without: without));

    [Fact]
    public void WA_16_The_certificates_key_signs()
    {
        const string reason = "the signature is not the certificate's key's";

        _lab.AssertRefused(reason, Statement(Right(), sign: data => AttestationLab.Sign(_lab.Key(), data)));
        _lab.AssertRefused(reason, Statement(Right(), sign: data => AttestationLab.Sign(_lab.Credential, [.. data, 0])));
        _lab.AssertRefused(reason, Statement(Right(), sign: _ => []));
    }

    [Fact]
    public void WA_16_The_certificates_key_is_the_credentials() =>
        _lab.AssertRefused("the certificate's key is not the credential's", Statement(Right(), key: _lab.AttestationKey, sign: data => AttestationLab.Sign(_lab.AttestationKey, data)));

    [Fact]
    public void The_certificate_describes_the_key() => _lab.AssertRefused("the certificate does not describe the key", Statement(null));

    [Fact]
    public void WA_16_The_certificate_was_made_for_this_registration() =>
        _lab.AssertRefused("the certificate was made for another registration", Statement(Description([], [ForSigning, Generated], SHA256.HashData("another"u8))));

    [Fact]
    public void The_key_is_not_open_to_all_applications()
    {
        const string reason = "the key is open to all applications";

        _lab.AssertRefused(reason, Statement(Description([ForAllApplications], [ForSigning, Generated])));
        _lab.AssertRefused(reason, Statement(Description([], [ForSigning, ForAllApplications, Generated])));
    }

    [Fact]
    public void The_hardware_generated_the_key()
    {
        const string reason = "the secure hardware did not generate the key";

        _lab.AssertRefused(reason, Statement(Description([], [ForSigning, Imported])));
        _lab.AssertRefused(reason, Statement(Description([], [ForSigning])));
        // What software says of itself does not count.
        _lab.AssertRefused(reason, Statement(Description([Generated], [ForSigning])));
    }

    [Fact]
    public void The_hardware_keeps_the_key_for_signing()
    {
        const string reason = "the secure hardware does not keep the key for signing";

        _lab.AssertRefused(reason, Statement(Description([], [ForDecrypting, Generated])));
        _lab.AssertRefused(reason, Statement(Description([ForSigning], [Generated])));
    }

    [Fact]
    public void WA_14_A_description_that_is_none_is_refused()
    {
        var nonsense = new X509Extension("1.3.6.1.4.1.11129.2.1.17", [0x30, 0x02, 0x05, 0x00], critical: false);

        Assert.False(_lab.Verify(Statement(nonsense)).IsValid);
        _lab.AssertRefused("the certificate's description of the key is malformed", Statement(Description([], [ForSigning, Generated, list => list.WriteNull()])));
    }

    public void Dispose() => _lab.Dispose();

    private static void Purposes(AsnWriter list, params int[] purposes) => Tagged(list, 1, () =>
    {
        using (list.PushSetOf())
            foreach (var purpose in purposes) list.WriteInteger(purpose);
    });

    private static void Tagged(AsnWriter list, int tag, Action write)
    {
        using (list.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag))) write();
    }

    private X509Extension Right() => Description([], [ForSigning, Generated]);

    private X509Extension Description(Action<AsnWriter>[] software, Action<AsnWriter>[] hardware, byte[]? challenge = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(200);
            writer.WriteEnumeratedValue(SecurityLevel.TrustedEnvironment);
            writer.WriteInteger(200);
            writer.WriteEnumeratedValue(SecurityLevel.TrustedEnvironment);
            writer.WriteOctetString(challenge ?? _lab.ClientDataHash);
            writer.WriteOctetString([]);
            using (writer.PushSequence())
                foreach (var entry in software) entry(writer);
            using (writer.PushSequence())
                foreach (var entry in hardware) entry(writer);
        }

        return new X509Extension("1.3.6.1.4.1.11129.2.1.17", writer.Encode(), critical: false);
    }

    private byte[] Statement(X509Extension? description, ECDsa? key = null, Func<byte[], byte[]>? sign = null, string? without = null)
    {
        var data = _lab.AuthenticatorData();
        var signed = _lab.Signed(data);
        var certificate = _lab.Issue(new PublicKey(key ?? _lab.Credential), new X500DistinguishedName("CN=Android Keystore Key"), description is null ? [] : [description]);
        var statement = new Dictionary<object, object> { ["alg"] = -7, ["sig"] = sign?.Invoke(signed) ?? AttestationLab.Sign(_lab.Credential, signed), ["x5c"] = (byte[][])[certificate] };
        if (without is not null) statement.Remove(without);
        return AttestationLab.Object("android-key", statement, data);
    }

    private enum SecurityLevel
    {
        Software,
        TrustedEnvironment,
    }
}
