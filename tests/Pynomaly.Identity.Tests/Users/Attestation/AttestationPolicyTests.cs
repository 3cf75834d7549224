using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>A server that admits only authenticators of known make: the server decides, whatever the browser was asked for.</summary>
public sealed class AttestationPolicyTests(AttestationPolicyTests.DemandingServer server) : PasskeySuite(server), IClassFixture<AttestationPolicyTests.DemandingServer>
{
    private readonly AttestationLab _lab = server.Lab;

    [Fact]
    public async Task An_authenticator_of_an_admitted_model_is_added_and_the_browser_was_asked_for_its_statement()
    {
        using var authenticator = new SoftAuthenticator { Model = AttestationLab.Model };
        using var browser = Server.Browser();
        var person = await SignedInAsync(browser);
        Attest(authenticator);

        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
        var result = await EndAddingAsync(browser, person, handle, authenticator.Create(options));

        Assert.Equal("direct", options.GetProperty("attestation").GetString());
        Assert.Equal("packed", Assert.IsType<PasskeyResult.Added>(result).Passkey.AttestationFormat);
        using var another = Server.Browser();
        await AssertSignedInAsync(another, await SignInAsync(another, authenticator));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("packed")]
    public async Task WA_13_An_authenticator_that_proves_nothing_is_refused(string format)
    {
        using var authenticator = new SoftAuthenticator { Model = AttestationLab.Model, Format = format };
        using var browser = Server.Browser();

        Assert.Equal("attestation", await RefusalAsync(browser, authenticator));
    }

    [Fact]
    public async Task WA_13_An_authenticator_of_an_unknown_maker_is_refused()
    {
        using var authenticator = new SoftAuthenticator { Model = AttestationLab.Model };
        using var browser = Server.Browser();
        Attest(authenticator, _lab.NewRoot("Roots"));

        Assert.Equal("attestation", await RefusalAsync(browser, authenticator));
    }

    [Fact]
    public async Task WA_13_An_authenticator_of_another_model_is_refused()
    {
        using var authenticator = new SoftAuthenticator { Model = Guid.Parse("ee882879-721c-4913-9775-3dfcce97072a") };
        using var browser = Server.Browser();
        Attest(authenticator);

        Assert.Equal("model", await RefusalAsync(browser, authenticator));
    }

    [Fact]
    public async Task WA_16_A_statement_about_another_registration_is_refused()
    {
        using var authenticator = new SoftAuthenticator { Model = AttestationLab.Model };
        using var browser = Server.Browser();
        Attest(authenticator, hash: SHA256.HashData("another"u8));

        Assert.Equal("attestation", await RefusalAsync(browser, authenticator));
    }

    private async Task<string> RefusalAsync(Browser browser, SoftAuthenticator authenticator) =>
        Assert.IsType<PasskeyResult.Refused>(await AddAsync(browser, await SignedInAsync(browser), authenticator)).Reason;

    private async Task<string> SignedInAsync(Browser browser)
    {
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        return person;
    }

    private void Attest(SoftAuthenticator authenticator, X509Certificate2? issuer = null, byte[]? hash = null)
    {
        byte[] data = [], clientData = [];
        authenticator.OnData = bytes => data = bytes;
        authenticator.OnClientDataBytes = bytes => clientData = bytes;
        authenticator.OnAttestation = _ => new PackedStatement(_lab)
        {
            Issuer = issuer,
            AuthenticatorData = data,
            Signature = _ => AttestationLab.Sign(_lab.AttestationKey, [.. data, .. hash ?? SHA256.HashData(clientData)]),
        }.Build();
    }

    /// <summary>A server that demands statements of one maker and one model.</summary>
    public sealed class DemandingServer() : TestServer("Sqlite")
    {
        internal AttestationLab Lab { get; } = new();

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Identity:Passkeys:Attestation", "Required"),
            new("Identity:Passkeys:AttestationRoots", Lab.RootsDirectory),
            new("Identity:Passkeys:AllowedModels:0", AttestationLab.Model.ToString()),
        ];

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Lab.Dispose();
        }
    }
}
