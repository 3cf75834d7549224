using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.Users.Attestation;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Passkeys of a server that admits only authenticators of known make. Web Authentication Level 3 §7.1 steps 21 to 24.</summary>
public sealed class AttestationPolicyTests(AttestationPolicyTests.ServerThatAsks server) : PasskeySuite(server), IClassFixture<AttestationPolicyTests.ServerThatAsks>
{
    [Fact]
    public async Task An_authenticator_that_proves_its_make_is_admitted()
    {
        using var authenticator = Attested(AttestationLab.Model);
        using var browser = await SignedInAsync();

        var result = await AddAsync(browser.Browser, browser.Person, authenticator);
        using var other = Server.Browser();

        Assert.Equal("packed", Assert.IsType<PasskeyResult.Added>(result).Passkey.AttestationFormat);
        await AssertSignedInAsync(other, await SignInAsync(other, authenticator));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("packed")]
    public async Task WA_13_Without_a_proof_it_is_refused_by_the_server(string format)
    {
        using var authenticator = new SoftAuthenticator { Format = format, Model = AttestationLab.Model };
        using var browser = await SignedInAsync();

        var result = await AddAsync(browser.Browser, browser.Person, authenticator);

        Assert.Equal("attestation", Assert.IsType<PasskeyResult.Refused>(result).Reason);
    }

    [Fact]
    public async Task A_proven_model_that_is_not_on_the_list_is_refused()
    {
        using var authenticator = Attested(Guid.NewGuid());
        using var browser = await SignedInAsync();

        var result = await AddAsync(browser.Browser, browser.Person, authenticator);

        Assert.Equal("model", Assert.IsType<PasskeyResult.Refused>(result).Reason);
    }

    [Fact]
    public async Task The_browser_is_asked_for_the_statement()
    {
        using var browser = await SignedInAsync();

        var (_, options) = await BeginAsync(browser.Browser, Paths.PasskeyAddOptions);

        Assert.Equal("direct", options.GetProperty("attestation").GetString());
    }

    private async Task<Visit> SignedInAsync()
    {
        var visit = new Visit(Server.Browser(), await AddPersonAsync());
        await SignInByPasswordAsync(visit.Browser, visit.Person);
        return visit;
    }

    private SoftAuthenticator Attested(Guid model)
    {
        var lab = ((ServerThatAsks)Server).Lab;
        var authenticator = new SoftAuthenticator { Model = model };
        byte[] data = [], clientData = [];
        authenticator.OnData = bytes => data = bytes;
        authenticator.OnClientDataBytes = bytes => clientData = bytes;
        authenticator.OnAttestation = _ => AttestationLab.Object("packed", new Dictionary<object, object>
        {
            ["alg"] = -7,
            ["sig"] = AttestationLab.Sign(lab.AttestationKey, [.. data, .. SHA256.HashData(clientData)]),
            ["x5c"] = (byte[][])[lab.Issue(new PublicKey(lab.AttestationKey), PackedStatement.Name(), [PackedStatement.NotAnAuthority])],
        }, data);
        return authenticator;
    }

    private sealed record Visit(Browser Browser, string Person) : IDisposable
    {
        public void Dispose() => Browser.Dispose();
    }

    /// <summary>A server that asks for attestation of one model.</summary>
    public sealed class ServerThatAsks() : TestServer("Sqlite"), IDisposable
    {
        internal AttestationLab Lab { get; } = new();

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Identity:Passkeys:Attestation", "Required"), new("Identity:Passkeys:AttestationRoots", Lab.RootsDirectory),
            new("Identity:Passkeys:AllowedModels:0", AttestationLab.Model.ToString("D")),
        ];

        public void Dispose() => Lab.Dispose();
    }
}
