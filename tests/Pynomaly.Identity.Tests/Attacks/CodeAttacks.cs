using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Authorization codes: the group CO of the attack catalogue.</summary>
public abstract class CodeAttacks
{
    private readonly TestServer _server;
    private readonly HttpClient _machine;

    protected CodeAttacks(TestServer server)
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _server = server;
        _machine = server.Machine();
    }

    [Fact]
    public async Task CO_01_a_second_redemption_is_refused_and_ends_what_the_first_gave()
    {
        var grant = await _server.GrantAsync();
        var first = await (await _machine.RedeemAsync(grant)).TokensAsync();
        Assert.True(await _machine.IsActiveAsync(first.AccessToken));

        await (await _machine.RedeemAsync(grant)).AssertRefusedAsync("invalid_grant");

        Assert.False(await _machine.IsActiveAsync(first.AccessToken));
        Assert.False(await _machine.IsActiveAsync(first.RefreshToken!, TestData.Web));
        await (await _machine.RefreshAsync(TestData.Web, first.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task CO_02_of_fifty_redemptions_at_once_on_two_nodes_exactly_one_succeeds()
    {
        var other = await SecondNodeAsync();
        var grant = await _server.GrantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => (i % 2 == 0 ? _machine : other).RedeemAsync(grant))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var lost in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK)) await lost.AssertRefusedAsync("invalid_grant");
        Assert.Equal(1L, await _server.ScalarAsync("SELECT COUNT(*) FROM authorizations WHERE id = (SELECT authorization_id FROM tokens WHERE id = $1)", Pynomaly.Identity.Authorization.AuthorizationCode.IdOf(grant.Code)));
    }

    [Fact]
    public async Task CO_03_another_client_cannot_redeem_it_and_does_not_spoil_it()
    {
        var grant = await _server.GrantAsync();

        await (await _machine.RedeemAsync(grant, client: TestData.Other)).AssertRefusedAsync("invalid_grant");

        await (await _machine.RedeemAsync(grant)).TokensAsync();
    }

    [Fact]
    public async Task CO_04_after_61_seconds_it_is_dead()
    {
        var grant = await _server.GrantAsync();
        _server.Clock.Move(TimeSpan.FromSeconds(61));

        await (await _machine.RedeemAsync(grant)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task CO_05_no_other_spelling_of_a_code_passes()
    {
        var grant = await _server.GrantAsync();
        var code = grant.Code;
        var flipped = (code[0] == 'A' ? 'B' : 'A') + code[1..];
        string[] spellings = [flipped, code[..^1], code + "A", code.ToUpperInvariant(), code + "=", code.Replace('-', '+'), " " + code, code + "%"];

        foreach (var spelling in spellings.Where(spelling => spelling != code))
            await (await _machine.RedeemAsync(grant with { Code = spelling })).AssertRefusedAsync("invalid_grant");

        await (await _machine.RedeemAsync(grant)).TokensAsync();
    }

    [Fact]
    public async Task CO_06_codes_are_256_bits_without_a_common_beginning()
    {
        var browser = _server.Browser();
        List<string> codes = [];
        for (var i = 0; i < 20; i++) codes.Add((await _server.GrantAsync(browser: browser)).Code);

        Assert.All(codes, code => Assert.Equal(43, code.Length));
        Assert.True(codes.Select(code => code[..8]).Distinct().Count() == codes.Count, "codes share a beginning");
    }

    [Fact]
    public async Task CO_07_a_refresh_token_is_no_code_and_a_code_is_no_refresh_token()
    {
        var used = await _server.GrantAsync();
        var tokens = await (await _machine.RedeemAsync(used)).TokensAsync();
        var fresh = await _server.GrantAsync();

        await (await _machine.RedeemAsync(fresh with { Code = tokens.RefreshToken! })).AssertRefusedAsync("invalid_grant");
        await (await _machine.RefreshAsync(TestData.Web, fresh.Code)).AssertRefusedAsync("invalid_grant");

        await (await _machine.RedeemAsync(fresh)).TokensAsync();
        await (await _machine.RefreshAsync(TestData.Web, tokens.RefreshToken!)).TokensAsync();
    }

    [Fact]
    public async Task CO_09_a_code_outlives_a_restart_and_is_redeemed_once()
    {
        var grant = await _server.GrantAsync();

        await _server.RestartAsync();

        using var machine = _server.Machine();
        await (await machine.RedeemAsync(grant)).TokensAsync();
        await (await machine.RedeemAsync(grant)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task CO_09_a_code_that_was_redeemed_stays_redeemed_after_a_restart()
    {
        var grant = await _server.GrantAsync();
        var tokens = await (await _machine.RedeemAsync(grant)).TokensAsync();

        await _server.RestartAsync();

        using var machine = _server.Machine();
        await (await machine.RedeemAsync(grant)).AssertRefusedAsync("invalid_grant");
        Assert.False(await machine.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task CO_10_a_login_cookie_at_the_token_endpoint_changes_nothing()
    {
        var ada = await _server.GrantAsync(user: "ada");
        var bob = (await _server.GrantAsync(user: "bob")).Browser;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Add("Cookie", bob.Cookies.GetCookieHeader(new Uri(TestServer.Issuer)));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{TestData.Web}:{TestData.Secret}")));
        request.Content = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", ada.Code), new("redirect_uri", ada.RedirectUri), new("code_verifier", ada.Verifier)]);

        var tokens = await (await _machine.SendAsync(request)).TokensAsync();

        Assert.Equal(TestData.Ada, OAuth.Claims(tokens.AccessToken).GetProperty("sub").GetString());
    }

    [Fact]
    public async Task CO_11_interleaved_sign_ins_never_mix_people()
    {
        var grants = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var user = i % 2 == 0 ? "ada" : "cleo";
            return (User: user, Grant: await _server.GrantAsync(user: user, more: ("nonce2", $"{i}")));
        }));

        foreach (var (user, grant) in grants)
        {
            var tokens = await (await _machine.RedeemAsync(grant)).TokensAsync();
            Assert.Equal(user == "ada" ? TestData.Ada : TestData.Cleo, OAuth.Claims(tokens.IdToken!).GetProperty("sub").GetString());
            Assert.Equal("no", OAuth.Claims(tokens.IdToken!).GetProperty("nonce").GetString());
        }
    }

    [Fact]
    public async Task LK_03_every_reason_to_refuse_a_code_reads_alike()
    {
        var used = await _server.GrantAsync();
        await _machine.RedeemAsync(used);
        var fresh = await _server.GrantAsync();
        HttpResponseMessage[] refusals =
        [
            await _machine.RedeemAsync(used),
            await _machine.RedeemAsync(fresh, verifier: OAuth.Pkce().Verifier),
            await _machine.RedeemAsync(fresh, client: TestData.Other),
            await _machine.RedeemAsync(fresh with { Code = OAuth.Pkce().Verifier }),
            await _machine.RedeemAsync(fresh with { RedirectUri = "https://c.test/other" }),
        ];

        var texts = await Task.WhenAll(refusals.Select(refusal => refusal.Content.ReadAsStringAsync()));

        Assert.Single(texts.Distinct());
    }

    private async Task<HttpClient> SecondNodeAsync() => _server.Machine(await _server.StartNodeAsync());
}

public sealed class CodeAttacksOnSqlite(SqliteServer server) : CodeAttacks(server), IClassFixture<SqliteServer>;

public sealed class CodeAttacksOnPostgreSql(PostgreSqlServer server) : CodeAttacks(server), IClassFixture<PostgreSqlServer>;
