using System.Security.Cryptography;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users.Attestation;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>The registrations of Web Authentication Level 3 §16, test vectors. Left out: EdDSA (§16.11, §16.12), which the platform does not have.</summary>
public sealed class W3CVectorTests : IDisposable
{
    private readonly DirectoryInfo _roots = Directory.CreateTempSubdirectory("w3c-roots");

    public W3CVectorTests() => File.WriteAllBytes(Path.Combine(_roots.FullName, "root.der"), W3CVector.Read("root")["certificate"]);

    [Theory]
    [InlineData("packed.ES256", "packed")]
    [InlineData("packed.ES384", "packed")]
    [InlineData("packed.ES512", "packed")]
    [InlineData("packed.RS256", "packed")]
    [InlineData("tpm.ES256", "tpm")]
    [InlineData("apple.ES256", "apple")]
    [InlineData("fido-u2f.ES256", "fido-u2f")]
    public void An_attested_registration_is_proven(string name, string format)
    {
        var outcome = Verify(name);

        Assert.Null(outcome.Reason);
        Assert.True(outcome.IsProven);
        Assert.Equal(format, outcome.Format);
        // U2F signs no model.
        Assert.Equal(format == "fido-u2f" ? Guid.Empty : new Guid(W3CVector.Read(name)["aaguid"], bigEndian: true), outcome.Model);
    }

    [Theory]
    [InlineData("none.ES256")]
    [InlineData("none.ES256.crossOrigin")]
    [InlineData("none.ES256.topOrigin")]
    [InlineData("none.ES256.long-credential-id")]
    [InlineData("packed-self.ES256")]
    public void A_registration_without_attestation_is_valid_and_not_proven(string name)
    {
        var outcome = Verify(name);

        Assert.True(outcome.IsValid);
        Assert.False(outcome.IsProven);
    }

    [Fact]
    public void The_Android_registration_is_right_up_to_what_the_hardware_enforces()
    {
        // §16.14 leaves both authorization lists empty; §8.4 asks for origin and purpose, and the hardware's list is the one that counts here.
        Assert.Equal("the secure hardware did not generate the key", Verify("android-key.ES256").Reason);
    }

    [Theory]
    [InlineData("packed.ES256")]
    [InlineData("tpm.ES256")]
    [InlineData("apple.ES256")]
    [InlineData("fido-u2f.ES256")]
    public void Without_the_root_nothing_is_proven(string name)
    {
        foreach (var file in _roots.GetFiles()) file.Delete();
        using var lab = new AttestationLab();
        File.WriteAllBytes(Path.Combine(_roots.FullName, "other.der"), lab.Root.RawData);

        var outcome = Verify(name);

        Assert.True(outcome.IsValid);
        Assert.Equal("the certificate leads to no configured root, or is not valid now", outcome.Reason);
    }

    public void Dispose() => _roots.Delete(recursive: true);

    private AttestationOutcome Verify(string name)
    {
        var options = new ServerOptions
        {
            Issuer = "https://example.org",
            DatabaseProvider = "Sqlite",
            ConnectionString = "",
            KeysDirectory = "",
            Passkeys = new PasskeySettings { AttestationRoots = _roots.FullName },
        };
        var vector = W3CVector.Read(name);
        return new AttestationVerifier(options, new MovableClock()).Verify(vector["attestationObject"], SHA256.HashData(vector["clientDataJSON"]));
    }
}
