using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Introspection, revocation and the list: the group IR of the attack catalogue.</summary>
public abstract class IntrospectionAttacks
{
    private readonly TestServer _server;
    private readonly HttpClient _machine;

    protected IntrospectionAttacks(TestServer server)
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _server = server;
        _machine = server.Machine();
    }

    [Fact]
    public async Task IR_01_nobody_is_told_anything_without_proof_of_who_asks()
    {
        var token = (await TokensAsync()).AccessToken;
        var anonymous = await _machine.PostAsync("/connect/introspect", new FormUrlEncodedContent([new("token", token)]));
        var wrong = await _machine.PostAsync("/connect/introspect", new FormUrlEncodedContent([new("token", token), new("client_id", TestData.Other), new("client_secret", "wrong")]));

        await anonymous.AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await wrong.AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        await (await _machine.PostAsClientAsync("/connect/introspect", TestData.Native, ("token", token))).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task IR_02_a_client_that_a_token_is_not_for_learns_nothing_of_it()
    {
        var tokens = await TokensAsync();

        Assert.False(await _machine.IsActiveAsync(tokens.AccessToken, TestData.Other));
        Assert.False(await _machine.IsActiveAsync(tokens.RefreshToken!, TestData.Other));
        Assert.False(await _machine.IsActiveAsync(tokens.RefreshToken!, TestData.Api));
        Assert.True(await _machine.IsActiveAsync(tokens.AccessToken, TestData.Api));
        Assert.True(await _machine.IsActiveAsync(tokens.AccessToken, TestData.Web));
    }

    [Fact]
    public async Task IR_05_revoking_a_refresh_token_ends_its_access_tokens_on_all_nodes_within_a_second()
    {
        var other = _server.Machine(await _server.StartNodeAsync());
        var tokens = await TokensAsync();
        Assert.True(await other.IsActiveAsync(tokens.AccessToken));

        var answer = await _machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", tokens.RefreshToken), ("token_type_hint", "access_token"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(await _machine.IsActiveAsync(tokens.AccessToken));
        for (var since = Environment.TickCount64; Environment.TickCount64 - since <= 1000 && await other.IsActiveAsync(tokens.AccessToken);) await Task.Delay(50); // a node that has not looked for a second answers nobody
        Assert.False(await other.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task IR_05_an_unknown_token_is_revoked_with_200_and_anothers_is_not_revoked()
    {
        var tokens = await TokensAsync();

        Assert.Equal(HttpStatusCode.OK, (await _machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", "no-such-token"))).StatusCode);
        await (await _machine.PostAsClientAsync("/connect/revoke", TestData.Other, ("token", tokens.AccessToken))).AssertRefusedAsync("invalid_grant");
        await (await _machine.PostAsClientAsync("/connect/revoke", TestData.Other, ("token", tokens.RefreshToken))).AssertRefusedAsync("invalid_grant");

        Assert.True(await _machine.IsActiveAsync(tokens.AccessToken));
        await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).TokensAsync();
    }

    [Fact]
    public async Task A_revoked_service_token_is_dead_for_introspection_and_on_the_list_until_it_expires()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;
        var jti = OAuth.Claims(token).GetProperty("jti").GetString()!;

        Assert.Equal(HttpStatusCode.OK, (await _machine.PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token))).StatusCode);

        Assert.False(await _machine.IsActiveAsync(token));
        Assert.Contains(jti, await ListAsync(), StringComparison.Ordinal);
        _server.Clock.Move(TimeSpan.FromMinutes(11));
        Assert.DoesNotContain(jti, await ListAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_revoked_within_the_clock_skew_after_its_expiry_is_dead()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;
        _server.Clock.Move(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(5));
        Assert.True(await _machine.IsActiveAsync(token));

        await _machine.PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token));

        Assert.False(await _machine.IsActiveAsync(token));
    }

    [Fact]
    public async Task A_stolen_keys_cut_off_reaches_tokens_that_claim_to_be_issued_later()
    {
        await _server.Services.GetRequiredService<TokenRevoker>().RevokeKeyAsync("stolen", CancellationToken.None);

        var cut = Assert.Single((await (await _machine.GetAsync("/connect/revocations")).JsonAsync()).GetProperty("cut_offs").EnumerateArray(), entry => entry.TryGetProperty("kid", out _));
        Assert.True(cut.GetProperty("issued_before").GetInt64() >= _server.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_revocation_outlives_a_restart()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;
        await _machine.PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token));

        await _server.RestartAsync();

        Assert.False(await _server.Machine().IsActiveAsync(token));
    }

    [Fact]
    public async Task A_clients_cut_off_ends_its_tokens_without_a_row()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;

        await _server.Services.GetRequiredService<RevocationAdministration>().CutOffClientAsync(Operator.CommandLine, TestData.Service, CancellationToken.None);

        Assert.False(await _machine.IsActiveAsync(token));
        Assert.Contains("\"client_id\":\"service\"", await ListAsync(), StringComparison.Ordinal);
        _server.Clock.Move(TimeSpan.FromSeconds(2));
        Assert.True(await _machine.IsActiveAsync((await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken));
    }

    [Fact]
    public async Task A_follower_of_the_list_sees_only_what_is_new_and_a_304_when_nothing_is()
    {
        await RevokeOneAsync();
        var first = await _machine.GetAsync("/connect/revocations");
        var cursor = (await first.JsonAsync()).GetProperty("cursor").GetString();
        var newest = await RevokeOneAsync();

        var delta = await _machine.GetAsync($"/connect/revocations?since={cursor}");
        var entry = Assert.Single((await delta.JsonAsync()).GetProperty("revoked").EnumerateArray());
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/connect/revocations?since={cursor}");
        again.Headers.TryAddWithoutValidation("If-None-Match", delta.Headers.ETag!.ToString());

        Assert.Equal(newest, entry.GetProperty("jti").GetString());
        Assert.Equal(HttpStatusCode.NotModified, (await _machine.SendAsync(again)).StatusCode);
        await (await _machine.GetAsync("/connect/revocations?since=x")).AssertRefusedAsync("invalid_request");
    }

    [Fact]
    public async Task LK_02_no_token_code_or_password_is_ever_logged()
    {
        var grant = await _server.GrantAsync();
        var tokens = await (await _machine.RedeemAsync(grant)).TokensAsync();
        await _machine.RedeemAsync(grant);
        await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!);

        foreach (var secret in new[] { grant.Code, grant.Verifier, tokens.AccessToken, tokens.RefreshToken!, tokens.IdToken!, TestData.Password, TestData.Secret })
            Assert.DoesNotContain(_server.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }

    private async Task<string> RevokeOneAsync()
    {
        var token = (await (await _machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;
        await _machine.PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token));
        return OAuth.Claims(token).GetProperty("jti").GetString()!;
    }

    private async Task<string> ListAsync() => await (await _machine.GetAsync("/connect/revocations")).Content.ReadAsStringAsync();

    private async Task<TokenSet> TokensAsync() => await (await _machine.RedeemAsync(await _server.GrantAsync())).TokensAsync();
}

public sealed class IntrospectionAttacksOnSqlite(SqliteServer server) : IntrospectionAttacks(server), IClassFixture<SqliteServer>;

public sealed class IntrospectionAttacksOnPostgreSql(PostgreSqlServer server) : IntrospectionAttacks(server), IClassFixture<PostgreSqlServer>;
