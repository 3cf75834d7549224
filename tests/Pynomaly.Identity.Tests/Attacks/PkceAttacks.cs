using System.Net;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>PKCE left out, weakened, swapped (cases PK-01 to PK-08).</summary>
public abstract class PkceAttacks(TestServer server) : ServerSuite(server)
{
    [Theory]
    [InlineData(TestData.Web)]
    [InlineData(TestData.Native)]
    public async Task PK_01_A_request_without_a_challenge_is_refused(string client)
    {
        using var browser = Server.Browser();

        var response = await browser.GetAsync(CodeFlow.Url(client, ("code_challenge", null), ("code_challenge_method", null)));

        CodeFlow.AssertRefused(response, Errors.InvalidRequest, CodeFlow.RedirectUri(client));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData(null)]
    [InlineData("s256")]
    [InlineData("S512")]
    public async Task PK_02_Only_S256_is_taken(string? method)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("code_challenge_method", method))), Errors.InvalidRequest);
    }

    [Theory]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM")]
    public async Task PK_03_A_malformed_challenge_is_refused(string challenge)
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("code_challenge", challenge))), Errors.InvalidRequest);
    }

    [Fact]
    public async Task PK_03_A_challenge_of_129_characters_is_refused()
    {
        using var browser = Server.Browser();

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("code_challenge", new string('a', 129)))), Errors.InvalidRequest);
    }

    [Theory]
    [InlineData("PK-05 missing", null)]
    [InlineData("PK-05 empty", "")]
    [InlineData("PK-05 42 characters", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    [InlineData("PK-05 alphabet", "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjX=")]
    [InlineData("PK-05 not ASCII", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXé")]
    [InlineData("PK-06 the challenge itself", CodeFlow.Challenge)]
    [InlineData("PK-07 of another request", "M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag")]
    public async Task A_wrong_verifier_opens_nothing_and_the_code_can_still_be_redeemed_rightly(string id, string? verifier)
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var code = await browser.CodeAsync(TestData.Web);

        var (status, body) = await machine.RedeemCodeAsync(TestData.Web, code, verifier);
        var (rightStatus, _) = await machine.RedeemCodeAsync(TestData.Web, code);

        Assert.True(status == HttpStatusCode.BadRequest, id);
        Assert.Equal(Errors.InvalidGrant, body.GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.OK, rightStatus);
    }

    [Fact]
    public async Task PK_05_A_verifier_of_129_characters_is_refused()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();

        var (status, body) = await machine.RedeemCodeAsync(TestData.Web, await browser.CodeAsync(TestData.Web), new string('a', 129));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(Errors.InvalidGrant, body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task PK_08_A_verifier_for_a_code_without_a_challenge_is_a_downgrade()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit", RequirePkce = false });
        (string, string?)[] withoutChallenge = [("redirect_uri", "https://c.test/cb"), ("code_challenge", null), ("code_challenge_method", null)];

        var (status, body) = await machine.RedeemCodeAsync(client, await browser.CodeAsync(client, withoutChallenge), redirectUri: "https://c.test/cb");
        var (plainStatus, _) = await machine.RedeemCodeAsync(client, await browser.CodeAsync(client, withoutChallenge), verifier: null, redirectUri: "https://c.test/cb");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(Errors.InvalidGrant, body.GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.OK, plainStatus);
    }

    [Fact]
    public async Task B17_An_exempt_client_that_sent_a_challenge_is_held_to_it()
    {
        using var browser = Server.Browser();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], Scope = "openid", Consent = "implicit", RequirePkce = false });

        var (status, body) = await machine.RedeemCodeAsync(client, await browser.CodeAsync(client, ("redirect_uri", "https://c.test/cb")), verifier: null, redirectUri: "https://c.test/cb");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(Errors.InvalidGrant, body.GetProperty("error").GetString());
    }
}

/// <summary>On SQLite.</summary>
public sealed class PkceAttacksOnSqlite(SqliteServer server) : PkceAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class PkceAttacksOnPostgreSql(PostgreSqlServer server) : PkceAttacks(server), IClassFixture<PostgreSqlServer>;
