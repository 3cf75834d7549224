using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Tokens that are bound to a key (DPoP, RFC 9449): JV-10 at this server's doors, and RF-09.</summary>
public abstract class PossessionAttacks : ServerSuite
{
    private const string TokenAddress = TestServer.Issuer + "/connect/token", UserInfoAddress = TestServer.Issuer + "/connect/userinfo";
    private readonly HttpClient _machine;
    private readonly ProofKey _key;

    protected PossessionAttacks(TestServer server) : base(server) => (_machine, _key) = (server.Machine(), new ProofKey(server.Clock));

    [Fact]
    public async Task A_proof_at_the_token_endpoint_binds_the_token_to_its_key()
    {
        var tokens = await (await ServiceAsync(_key.Proof("POST", TokenAddress))).TokensAsync();

        Assert.Equal("DPoP", tokens.Json.GetProperty("token_type").GetString());
        Assert.Equal(_key.Thumbprint, OAuth.Claims(tokens.AccessToken).GetProperty("cnf").GetProperty("jkt").GetString());
        var seen = await (await _machine.PostAsClientAsync("/connect/introspect", TestData.Api, ("token", tokens.AccessToken))).JsonAsync();
        Assert.Equal("DPoP", seen.GetProperty("token_type").GetString());
        Assert.Equal(_key.Thumbprint, seen.GetProperty("cnf").GetProperty("jkt").GetString());
        var metadata = await (await _machine.GetAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken)).JsonAsync();
        Assert.Contains(metadata.GetProperty("dpop_signing_alg_values_supported").EnumerateArray(), alg => alg.GetString() == "ES256");
    }

    [Fact]
    public async Task JV_10_of_fifty_uses_of_one_proof_on_two_nodes_one_is_answered()
    {
        var other = Server.Machine(await Server.StartNodeAsync());
        var proof = _key.Proof("POST", TokenAddress);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => ServiceAsync(proof, i % 2 == 0 ? _machine : other))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var lost in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK)) await lost.AssertRefusedAsync("invalid_dpop_proof");
    }

    [Fact]
    public async Task JV_10_an_old_or_early_proof_and_one_for_another_request_are_refused()
    {
        var now = Server.Clock.GetUtcNow().ToUnixTimeSeconds();
        await (await ServiceAsync(_key.Proof("POST", TokenAddress, change: (_, claims) => claims["iat"] = now - 600))).AssertRefusedAsync("invalid_dpop_proof");
        await (await ServiceAsync(_key.Proof("POST", TokenAddress, change: (_, claims) => claims["iat"] = now + 600))).AssertRefusedAsync("invalid_dpop_proof");
        await (await ServiceAsync(_key.Proof("GET", TokenAddress))).AssertRefusedAsync("invalid_dpop_proof");
        await (await ServiceAsync(_key.Proof("POST", UserInfoAddress))).AssertRefusedAsync("invalid_dpop_proof");
        await (await ServiceAsync("not a proof")).AssertRefusedAsync("invalid_dpop_proof");
        await (await ServiceAsync(_key.Proof("POST", TokenAddress, nonce: "made up"))).AssertRefusedAsync("use_dpop_nonce");
    }

    [Fact]
    public async Task A_client_that_gets_bound_tokens_only_must_send_a_proof()
    {
        var client = await AddClientAsync(TestKeys.Service() with { DpopBoundAccessTokens = true });

        await (await _machine.TokenAsync(client, ("grant_type", "client_credentials"))).AssertRefusedAsync("invalid_dpop_proof");
        await (await ProofKey.TokenAsync(_machine, client, _key.Proof("POST", TokenAddress), ("grant_type", "client_credentials"))).TokensAsync();
    }

    [Fact]
    public async Task JV_10_a_bound_token_opens_UserInfo_with_its_proof_and_in_no_other_way()
    {
        var token = (await PersonAsync(TestData.Web)).AccessToken;
        using var thief = new ProofKey(Server.Clock);
        string Proof(ProofKey key, string? of = null) => key.Proof("GET", UserInfoAddress, of ?? token);

        var proof = Proof(_key);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("DPoP", token, proof)).StatusCode);
        await AssertChallengedAsync(await CallAsync("DPoP", token, proof), "DPoP error=\"invalid_dpop_proof\""); // again
        await AssertChallengedAsync(await CallAsync("DPoP", token, null), "DPoP error=\"invalid_dpop_proof\"");
        await AssertChallengedAsync(await CallAsync("DPoP", token, Proof(_key, "another token")), "DPoP error=\"invalid_dpop_proof\"");
        await AssertChallengedAsync(await CallAsync("DPoP", token, _key.Proof("GET", UserInfoAddress)), "DPoP error=\"invalid_dpop_proof\"");
        await AssertChallengedAsync(await CallAsync("DPoP", token, Proof(thief)), "DPoP error=\"invalid_token\"");
        await AssertChallengedAsync(await CallAsync("Bearer", token, Proof(_key)), "Bearer error=\"invalid_token\""); // CVE-2024-49755
        var unbound = (await (await _machine.RedeemAsync(await Server.GrantAsync())).TokensAsync()).AccessToken;
        await AssertChallengedAsync(await CallAsync("DPoP", unbound, Proof(_key, unbound)), "DPoP error=\"invalid_token\"");
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("Bearer", unbound, null)).StatusCode);
    }

    [Fact]
    public async Task RF_09_a_public_clients_refresh_token_wants_the_key_that_it_was_given_to()
    {
        var first = await PersonAsync(TestData.Native);
        using var thief = new ProofKey(Server.Clock);
        Task<HttpResponseMessage> RefreshAsync(string token, string? proof) => ProofKey.TokenAsync(_machine, TestData.Native, proof, ("grant_type", "refresh_token"), ("refresh_token", token));

        await (await RefreshAsync(first.RefreshToken!, null)).AssertRefusedAsync("invalid_dpop_proof");
        await (await RefreshAsync(first.RefreshToken!, thief.Proof("POST", TokenAddress))).AssertRefusedAsync("invalid_grant");
        var second = await (await RefreshAsync(first.RefreshToken!, _key.Proof("POST", TokenAddress))).TokensAsync(); // the thief ended nothing

        Assert.Equal(_key.Thumbprint, OAuth.Claims(second.AccessToken).GetProperty("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    public async Task RF_09_a_confidential_client_may_change_its_key_and_its_refresh_token_is_its_own()
    {
        var first = await PersonAsync(TestData.Web);
        using var next = new ProofKey(Server.Clock);

        var second = await (await ProofKey.TokenAsync(_machine, TestData.Web, next.Proof("POST", TokenAddress), ("grant_type", "refresh_token"), ("refresh_token", first.RefreshToken))).TokensAsync();

        Assert.Equal(next.Thumbprint, OAuth.Claims(second.AccessToken).GetProperty("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    public async Task A_code_that_was_bound_when_it_was_asked_for_is_redeemed_with_that_key_only()
    {
        using var thief = new ProofKey(Server.Clock);
        var grant = await Server.GrantAsync(more: ("dpop_jkt", _key.Thumbprint));

        await (await RedeemAsync(grant, null)).AssertRefusedAsync("invalid_dpop_proof");
        await (await RedeemAsync(grant, thief.Proof("POST", TokenAddress))).AssertRefusedAsync("invalid_grant");
        await (await RedeemAsync(grant, _key.Proof("POST", TokenAddress))).TokensAsync();
        var refused = await Server.Browser().GetAsync(CodeFlow.Url(TestData.Web, ("dpop_jkt", "no thumbprint")));
        Assert.Contains("error=invalid_request", refused.Headers.Location?.Query, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> ServiceAsync(string proof, HttpClient? machine = null) =>
        ProofKey.TokenAsync(machine ?? _machine, TestData.Service, proof, ("grant_type", "client_credentials"));

    private async Task<TokenSet> PersonAsync(string client)
    {
        var grant = await Server.GrantAsync(client, CodeFlow.RedirectUri(client));
        return await (await RedeemAsync(grant, _key.Proof("POST", TokenAddress))).TokensAsync();
    }

    private Task<HttpResponseMessage> RedeemAsync(Grant grant, string? proof) =>
        ProofKey.TokenAsync(_machine, grant.Client, proof, ("grant_type", "authorization_code"), ("code", grant.Code), ("redirect_uri", grant.RedirectUri), ("code_verifier", grant.Verifier));

    private Task<HttpResponseMessage> CallAsync(string scheme, string token, string? proof) => ProofKey.CallAsync(_machine, "/connect/userinfo", scheme, token, proof);

    private static async Task AssertChallengedAsync(HttpResponseMessage answer, string challenge)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, await answer.Content.ReadAsStringAsync());
        Assert.StartsWith(challenge, answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}

public sealed class PossessionAttacksOnSqlite(SqliteServer server) : PossessionAttacks(server), IClassFixture<SqliteServer>;

public sealed class PossessionAttacksOnPostgreSql(PostgreSqlServer server) : PossessionAttacks(server), IClassFixture<PostgreSqlServer>;
