using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

public sealed class TrustAnchorTests : IDisposable
{
    private const string NoWay = "the certificate leads to no configured root, or is not valid now";

    private readonly AttestationLab _lab = new();

    [Fact]
    public void The_way_may_lead_over_an_intermediate_of_the_statement()
    {
        var intermediate = _lab.NewIntermediate(isAuthority: true);

        _lab.AssertProven(new PackedStatement(_lab) { Issuer = intermediate, Others = [intermediate.RawData] }.Build());
    }

    [Fact]
    public void An_intermediate_that_is_missing_is_not_guessed()
    {
        var intermediate = _lab.NewIntermediate(isAuthority: true);

        _lab.AssertRefused(NoWay, new PackedStatement(_lab) { Issuer = intermediate }.Build());
    }

    [Fact]
    public void An_authenticators_certificate_issues_none()
    {
        // The root's customer must not become a root: its own certificate says that it is no authority.
        var pretender = _lab.NewIntermediate(isAuthority: false);

        _lab.AssertRefused(NoWay, new PackedStatement(_lab) { Issuer = pretender, Others = [pretender.RawData] }.Build());
    }

    [Fact]
    public void Another_root_proves_nothing_even_when_the_statement_brings_it()
    {
        var other = _lab.NewRoot("Other");
        var namesake = _lab.NewRoot("Roots");

        _lab.AssertRefused(NoWay, new PackedStatement(_lab) { Issuer = other, Others = [other.RawData] }.Build());
        _lab.AssertRefused(NoWay, new PackedStatement(_lab) { Issuer = namesake, Others = [namesake.RawData] }.Build());
    }

    [Fact]
    public void A_certificate_counts_while_it_is_valid()
    {
        var statement = new PackedStatement(_lab).Build();
        _lab.AssertProven(statement);

        _lab.Clock.Set(new DateTimeOffset(2031, 1, 2, 0, 0, 0, TimeSpan.Zero));
        _lab.AssertRefused(NoWay, statement);

        _lab.Clock.Set(new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero));
        _lab.AssertRefused(NoWay, statement);
    }

    [Fact]
    public void A_certificate_signed_with_SHA_1_proves_nothing()
    {
        // Two certificates with one SHA-1 can be made: one for a key that somebody signs, one for an authority.
        _lab.AssertRefused("a certificate is signed with SHA-1 or MD5", new PackedStatement(_lab) { IssuerSigns = key => new Sha1Signatures(key) }.Build());
    }

    [Fact]
    public void Without_roots_nothing_is_proven() =>
        Assert.Equal("no root is configured", _lab.VerifierOf(roots: null).Verify(new PackedStatement(_lab).Build(), _lab.ClientDataHash).Reason);

    [Fact]
    public void Roots_are_read_from_DER_and_from_PEM_with_several()
    {
        File.Delete(Path.Combine(_lab.RootsDirectory, "root.der"));
        var other = _lab.NewRoot("Other");
        File.WriteAllText(Path.Combine(_lab.RootsDirectory, "roots.pem"), $"Two makers\n{other.ExportCertificatePem()}\n{_lab.Root.ExportCertificatePem()}\n");
        File.WriteAllText(Path.Combine(_lab.RootsDirectory, ".gitkeep"), "");

        _lab.AssertProven(new PackedStatement(_lab).Build());
        _lab.AssertProven(new PackedStatement(_lab) { Issuer = other }.Build());
    }

    [Fact]
    public void A_directory_that_cannot_be_used_says_what_to_write_instead()
    {
        var statement = new PackedStatement(_lab).Build();

        var missing = Assert.Throws<ConfigurationException>(() => _lab.VerifierOf(Path.Combine(_lab.RootsDirectory, "none")).Verify(statement, _lab.ClientDataHash));
        Assert.Contains("is not a directory", missing.Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_lab.RootsDirectory, "readme.txt"), "not a certificate");
        var junk = Assert.Throws<ConfigurationException>(() => _lab.Verifier().Verify(statement, _lab.ClientDataHash));
        Assert.Contains("readme.txt cannot be read as a certificate", junk.Message, StringComparison.Ordinal);

        foreach (var file in Directory.GetFiles(_lab.RootsDirectory)) File.Delete(file);
        var empty = Assert.Throws<ConfigurationException>(() => _lab.Verifier().Verify(statement, _lab.ClientDataHash));
        Assert.Contains("holds no certificate", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_admitted_models_are_admitted()
    {
        var statement = new PackedStatement(_lab).Build();

        Assert.True(_lab.Verifier().Verify(statement, _lab.ClientDataHash).IsAdmittedModel);
        Assert.True(_lab.Verifier("ee882879-721c-4913-9775-3dfcce97072a", AttestationLab.Model.ToString().ToUpperInvariant()).Verify(statement, _lab.ClientDataHash).IsAdmittedModel);
        Assert.False(_lab.Verifier("ee882879-721c-4913-9775-3dfcce97072a").Verify(statement, _lab.ClientDataHash).IsAdmittedModel);
    }

    [Fact]
    public void A_statement_that_is_refused_admits_no_model()
    {
        Assert.False(_lab.Verify([]).IsAdmittedModel);
        Assert.False(_lab.Verify(AttestationLab.Object("unknown", [], _lab.AuthenticatorData())).IsAdmittedModel);
    }

    public void Dispose() => _lab.Dispose();

    /// <summary>ECDSA with SHA-1, which the platform's own generator does not offer any more.</summary>
    private sealed class Sha1Signatures(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
