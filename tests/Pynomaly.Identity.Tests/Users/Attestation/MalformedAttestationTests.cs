using System.Security.Cryptography;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>WA-14: whatever the bytes, an outcome comes out, and it is not proven.</summary>
public sealed class MalformedAttestationTests : IDisposable
{
    private readonly AttestationLab _lab = new();

    [Fact]
    public void WA_14_Every_truncated_object_is_refused()
    {
        var whole = new PackedStatement(_lab).Build();
        var verifier = _lab.Verifier();

        for (var length = 0; length < whole.Length; length++)
        {
            var outcome = verifier.Verify(whole.AsMemory(0, length), _lab.ClientDataHash);
            Assert.False(outcome.IsValid);
            Assert.NotNull(outcome.Reason);
        }
    }

    [Fact]
    public void WA_14_Every_changed_byte_is_noticed()
    {
        var whole = new PackedStatement(_lab).Build();
        var verifier = _lab.Verifier();

        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0x10;
            Assert.False(verifier.Verify(changed, _lab.ClientDataHash).IsProven, $"byte {at}");
        }
    }

    [Fact]
    public void WA_14_Bytes_behind_the_end_are_refused()
    {
        _lab.AssertRefused("bytes follow the CBOR", [.. None(_lab.AuthenticatorData()), 0x00]);
        _lab.AssertRefused("bytes follow the credential's key", None([.. _lab.AuthenticatorData(), 0x00]));
        _lab.AssertRefused("the extensions are not one CBOR value", None(_lab.AuthenticatorData(flags: 0xC5, extensions: [0xA0, 0xA0])));
        _lab.AssertRefused("the extensions are not one CBOR value", None(_lab.AuthenticatorData(flags: 0xC5)));
    }

    [Fact]
    public void Extensions_may_follow_the_key() =>
        Assert.True(_lab.Verify(None(_lab.AuthenticatorData(flags: 0xC5, extensions: AttestationLab.Encode(new Dictionary<object, object> { ["credProtect"] = 2 })))).IsValid);

    [Fact]
    public void WA_14_Ten_megabytes_are_refused_unread()
    {
        byte[] huge = [0xA3, 0x63, .. "fmt"u8, 0x5A, 0x00, 0x98, 0x96, 0x80, .. new byte[10_000_000]];

        _lab.Verify([0xA3]); // what the first of all verifications makes is not counted
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = _lab.Verify(huge);

        Assert.Equal("the CBOR is too large", outcome.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0xA1)]
    public void WA_14_Deep_nesting_is_refused(byte opening)
    {
        // An array in an array, or a map as value of a map, a thousand times.
        var nested = Enumerable.Range(0, 1000).SelectMany(_ => opening == 0x81 ? new byte[] { 0x81 } : [0xA1, 0x00]).ToArray();

        _lab.AssertRefused("the CBOR is nested too deep", nested);
        _lab.AssertRefused("the CBOR is nested too deep", None(_lab.AuthenticatorData(flags: 0xC5, extensions: [.. nested, 0x00])));
    }

    [Theory]
    [InlineData("a0", "an attestation object has three members")]
    [InlineData("80", "an attestation object has three members")]
    [InlineData("00", "an attestation object has three members")]
    [InlineData("", "the CBOR is empty")]
    [InlineData("bf63666d74646e6f6e65ff", "the statement is malformed")] // a map of unknown length
    [InlineData("c0a0", "the statement is malformed")] // a tag
    [InlineData("b800", "the statement is malformed")] // a length in more bytes than it needs
    [InlineData("bb7fffffffffffffff", "the statement is malformed")] // a map of 2^63 members
    [InlineData("9b00000000ffffffff", "the statement is malformed")] // an array of 2^32 elements
    [InlineData("5bffffffffffffffff", "the statement is malformed")] // a string of 2^64 bytes
    [InlineData("a361610061610061610000", "the statement is malformed")] // keys that repeat
    [InlineData("a3616200616100616300", "the statement is malformed")] // keys out of order
    [InlineData("a3616100616200616300", "an attestation object has no such member")]
    [InlineData("a363666d74646e6f6e6568617574684461746140686175746844617460", "the statement is malformed")]
    public void WA_14_What_is_no_attestation_object_is_refused(string hex, string reason) => _lab.AssertRefused(reason, Convert.FromHexString(hex));

    [Fact]
    public void WA_14_Members_of_another_type_are_refused()
    {
        _lab.AssertRefused("attStmt is not a map", AttestationLab.Encode(new Dictionary<object, object> { ["fmt"] = "none", ["attStmt"] = 0, ["authData"] = _lab.AuthenticatorData() }));
        _lab.AssertRefused("the statement is malformed", AttestationLab.Object("packed", new() { ["alg"] = "-7", ["sig"] = new byte[70] }, _lab.AuthenticatorData()));
        _lab.AssertRefused("the statement is malformed", AttestationLab.Object("packed", new() { ["alg"] = -7, ["sig"] = "signature" }, _lab.AuthenticatorData()));
        _lab.AssertRefused("the statement is malformed", AttestationLab.Object("packed", new() { ["alg"] = -7, ["sig"] = new byte[70], ["x5c"] = new byte[] { 1 } }, _lab.AuthenticatorData()));
    }

    [Fact]
    public void WA_14_A_chain_of_no_or_too_many_certificates_is_refused()
    {
        _lab.AssertRefused("x5c has no certificate, or too many", new PackedStatement(_lab) { Others = [.. Enumerable.Repeat(_lab.Root.RawData, 6)] }.Build());
        _lab.AssertRefused("x5c has no certificate, or too many", AttestationLab.Object("packed", new() { ["alg"] = -7, ["sig"] = new byte[70], ["x5c"] = Array.Empty<byte[]>() }, _lab.AuthenticatorData()));
    }

    [Fact]
    public void WA_14_A_certificate_that_is_none_is_refused()
    {
        AssertNone(_ => []);
        AssertNone(_ => RandomNumberGenerator.GetBytes(500));
        AssertNone(der => der[..^1]);
        AssertNone(der => [.. der, 0]);
        AssertNone(der => System.Text.Encoding.ASCII.GetBytes(PemEncoding.Write("CERTIFICATE", der)));

        void AssertNone(Func<byte[], byte[]> certificate) => _lab.AssertRefused("a certificate of x5c is not DER", new PackedStatement(_lab) { Certificate = certificate }.Build());
    }

    [Fact]
    public void WA_14_Authenticator_data_without_a_credential_is_refused()
    {
        _lab.AssertRefused("the authenticator data is too short", None(_lab.AuthenticatorData()[..37]));
        _lab.AssertRefused("the authenticator data holds no credential", None(_lab.AuthenticatorData(flags: 0x05)));
    }

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0400)]
    [InlineData(0x03FF)]
    [InlineData(0xFFFF)]
    public void WA_11_A_credential_id_of_a_wrong_length_is_refused(int length)
    {
        var data = _lab.AuthenticatorData();
        (data[53], data[54]) = ((byte)(length >> 8), (byte)length);

        _lab.AssertRefused("the credential id has a wrong length", None(data));
    }

    [Fact]
    public void The_hash_of_the_client_data_is_a_SHA_256() =>
        Assert.Equal("the hash of the client data is none", _lab.Verifier().Verify(None(_lab.AuthenticatorData()), new byte[20]).Reason);

    [Theory]
    [InlineData("None")]
    [InlineData("android-safetynet")]
    [InlineData("compound")]
    [InlineData("packed ")]
    public void A_format_that_is_not_known_is_refused(string format)
    {
        var outcome = _lab.Verify(AttestationLab.Object(format, [], _lab.AuthenticatorData()));

        Assert.Equal("unknown", outcome.Format);
        Assert.Equal("the format is not one that is verified here", outcome.Reason);
        Assert.False(outcome.IsValid);
    }

    [Fact]
    public void No_attestation_has_an_empty_statement() =>
        _lab.AssertRefused("the statement of \"none\" is not empty", AttestationLab.Object("none", new() { ["alg"] = -7 }, _lab.AuthenticatorData()));

    public void Dispose() => _lab.Dispose();

    private static byte[] None(byte[] authenticatorData) => AttestationLab.Object("none", [], authenticatorData);
}
