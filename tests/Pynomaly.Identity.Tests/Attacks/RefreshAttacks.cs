using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Refresh tokens: the group RF of the attack catalogue.</summary>
public abstract class RefreshAttacks
{
    private readonly TestServer _server;
    private readonly HttpClient _machine;

    protected RefreshAttacks(TestServer server)
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _server = server;
        _machine = server.Machine();
    }

    [Fact]
    public async Task RF_01_after_the_retry_window_an_old_token_ends_the_family()
    {
        var first = await BeginAsync();
        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
        _server.Clock.Move(TimeSpan.FromSeconds(31));

        await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");

        await (await _machine.RefreshAsync(TestData.Web, second.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        Assert.False(await _machine.IsActiveAsync(first.AccessToken));
        Assert.False(await _machine.IsActiveAsync(second.AccessToken));
    }

    [Fact]
    public async Task RF_01_a_lost_answer_is_asked_for_again_and_gives_the_same_child()
    {
        var first = await BeginAsync();
        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
        _server.Clock.Move(TimeSpan.FromSeconds(29));

        var again = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();

        Assert.Equal(second.RefreshToken, again.RefreshToken);
        Assert.NotEqual(OAuth.Claims(second.AccessToken).GetProperty("jti").GetString(), OAuth.Claims(again.AccessToken).GetProperty("jti").GetString());
        await (await _machine.RefreshAsync(TestData.Web, second.RefreshToken!)).TokensAsync();
    }

    [Fact]
    public async Task RF_02_of_fifty_rotations_at_once_on_two_nodes_one_child_lives()
    {
        var other = _server.Machine(await _server.StartNodeAsync());
        var first = await BeginAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => (i % 2 == 0 ? _machine : other).RefreshAsync(TestData.Web, first.RefreshToken!))));

        var children = (await Task.WhenAll(answers.Select(answer => answer.TokensAsync()))).Select(tokens => tokens.RefreshToken).Distinct().ToArray();
        await (await _machine.RefreshAsync(TestData.Web, Assert.Single(children)!)).TokensAsync();
        Assert.Equal(2L, await _server.ScalarAsync("SELECT generation FROM authorizations WHERE id = $1", FamilyOf(first)));
    }

    [Fact]
    public async Task RF_02_where_retries_are_forbidden_fifty_at_once_leave_one_answer_and_no_family()
    {
        var first = await BeginAsync(TestData.Strict);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _machine.RefreshAsync(TestData.Strict, first.RefreshToken!))));

        var won = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var lost in answers.Where(answer => answer != won)) await lost.AssertRefusedAsync("invalid_grant");
        await (await _machine.RefreshAsync(TestData.Strict, (await won.TokensAsync()).RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task RF_03_a_wider_scope_is_refused_and_a_narrower_one_leaves_the_grant_as_it_was()
    {
        var first = await BeginAsync();

        await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!, ("scope", "openid billing"))).AssertRefusedAsync("invalid_scope");
        var narrow = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!, ("scope", "openid"))).TokensAsync();
        var wide = await (await _machine.RefreshAsync(TestData.Web, narrow.RefreshToken!)).TokensAsync();

        Assert.Equal("openid", narrow.Json.GetProperty("scope").GetString());
        Assert.Empty(OAuth.Claims(narrow.AccessToken).GetProperty("permissions").EnumerateArray());
        Assert.Equal("openid offline_access pynomaly_api", wide.Json.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task RF_04_another_client_gets_nothing_and_the_family_lives()
    {
        var first = await BeginAsync();

        await (await _machine.RefreshAsync(TestData.Other, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        await (await _machine.RefreshAsync(TestData.Native, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        var bare = await _machine.PostAsync("/connect/token", new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("refresh_token", first.RefreshToken!), new("client_id", TestData.Web)]));
        await bare.AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);

        await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
    }

    [Fact]
    public async Task RF_05_ending_a_person_or_a_consent_ends_the_family_and_its_living_tokens()
    {
        var revoker = _server.Services.GetRequiredService<TokenRevoker>();
        var byConsent = await BeginAsync();
        await revoker.EndConsentAsync(TestData.Ada, TestData.Web, "test", CancellationToken.None);
        var byUser = await BeginAsync();
        await revoker.EndUserAsync(TestData.Ada, "test", null, CancellationToken.None);

        foreach (var tokens in new[] { byConsent, byUser })
        {
            await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
            Assert.False(await _machine.IsActiveAsync(tokens.AccessToken));
        }
    }

    [Fact]
    public async Task RF_05_a_scope_taken_from_the_client_leaves_old_families_too()
    {
        var first = await BeginAsync();
        const string shrink = "UPDATE applications SET metadata = replace(metadata, 'offline_access pynomaly_api', $2) WHERE client_id = $1";
        await _server.ExecuteAsync(shrink, TestData.Web, "offline_access");
        await _server.ExecuteAsync(Pynomaly.Identity.Storage.ChangeFeed.BumpSql);
        _server.Services.GetRequiredService<Pynomaly.Identity.Storage.ChangeFeed>().Look();

        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();

        Assert.Equal("openid offline_access", second.Json.GetProperty("scope").GetString());
        Assert.Empty(OAuth.Claims(second.AccessToken).GetProperty("permissions").EnumerateArray());
        await _server.ExecuteAsync("UPDATE applications SET metadata = replace(metadata, 'offline_access billing', $2) WHERE client_id = $1", TestData.Web, "offline_access pynomaly_api billing");
        await _server.ExecuteAsync(Pynomaly.Identity.Storage.ChangeFeed.BumpSql);
        _server.Services.GetRequiredService<Pynomaly.Identity.Storage.ChangeFeed>().Look();
    }

    [Fact]
    public async Task RF_06_a_rotation_outlives_a_restart()
    {
        var first = await BeginAsync();
        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
        await _server.RestartAsync();
        var machine = _server.Machine();

        var third = await (await machine.RefreshAsync(TestData.Web, second.RefreshToken!)).TokensAsync();
        await (await machine.RefreshAsync(TestData.Web, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");

        await (await machine.RefreshAsync(TestData.Web, third.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task RF_07_daily_use_does_not_carry_a_family_beyond_its_absolute_end()
    {
        var tokens = await BeginAsync();
        for (var week = 0; week < 12; week++)
        {
            _server.Clock.Move(TimeSpan.FromDays(7));
            tokens = await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).TokensAsync();
        }

        _server.Clock.Move(TimeSpan.FromDays(7));
        await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task RF_07_an_unused_family_dies_at_its_idle_end()
    {
        var tokens = await BeginAsync();
        _server.Clock.Move(TimeSpan.FromDays(14));

        await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task RF_10_a_grandparent_within_the_window_ends_the_family()
    {
        var first = await BeginAsync();
        var second = await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).TokensAsync();
        var third = await (await _machine.RefreshAsync(TestData.Web, second.RefreshToken!)).TokensAsync();

        await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");

        await (await _machine.RefreshAsync(TestData.Web, third.RefreshToken!)).AssertRefusedAsync("invalid_grant");
        Assert.False(await _machine.IsActiveAsync(third.AccessToken));
    }

    [Fact]
    public async Task RF_11_without_offline_access_there_is_no_refresh_token()
    {
        var tokens = await (await _machine.RedeemAsync(await _server.GrantAsync(scope: "openid pynomaly_api"))).TokensAsync();

        Assert.Null(tokens.RefreshToken);
    }

    [Fact]
    public async Task RF_12_a_resource_outside_the_grant_is_refused()
    {
        var tokens = await BeginAsync();

        await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!, ("resource", "https://billing.test"))).AssertRefusedAsync("invalid_target");
        var narrowed = await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!, ("resource", TestData.Audience))).TokensAsync();

        Assert.Equal(TestData.Audience, OAuth.Claims(narrowed.AccessToken).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Every_living_token_of_an_ended_family_is_on_the_list_and_the_expired_ones_are_not()
    {
        var tokens = await BeginAsync();
        List<string> issued = [tokens.AccessToken];
        for (var i = 0; i < 6; i++)
        {
            _server.Clock.Move(TimeSpan.FromMinutes(6));
            tokens = await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).TokensAsync();
            issued.Add(tokens.AccessToken);
        }

        var response = await _machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", tokens.RefreshToken));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var listed = (await (await _machine.GetAsync("/connect/revocations")).JsonAsync()).GetProperty("revoked").EnumerateArray().Select(entry => entry.GetProperty("jti").GetString()).ToHashSet();
        string JtiOf(string token) => OAuth.Claims(token).GetProperty("jti").GetString()!;
        Assert.All(issued.TakeLast(2), token => Assert.Contains(JtiOf(token), listed));
        Assert.DoesNotContain(JtiOf(issued[0]), listed);
    }

    private static string FamilyOf(TokenSet tokens) => OAuth.Claims(tokens.AccessToken).GetProperty("grant_id").GetString()!;

    private async Task<TokenSet> BeginAsync(string client = TestData.Web) =>
        await (await _machine.RedeemAsync(await _server.GrantAsync(client, client == TestData.Web ? "https://c.test/cb" : "https://strict.test/cb"))).TokensAsync();
}


public sealed class RefreshAttacksOnSqlite(SqliteServer server) : RefreshAttacks(server), IClassFixture<SqliteServer>;

public sealed class RefreshAttacksOnPostgreSql(PostgreSqlServer server) : RefreshAttacks(server), IClassFixture<PostgreSqlServer>;
