using System.Net;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Passkey ceremonies that are played again, from a copy of the key, from another site or under another name (cases WA-01, WA-08, WA-18, CS-01).</summary>
public abstract class PasskeyReplayAttacks(TestServer server) : PasskeySuite(server)
{
    [Fact]
    public async Task WA_01_One_assertion_signs_in_once_of_fifty_at_the_same_time()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var before = await SessionsAsync(person);
        var (handle, options) = await BeginAsync(browser);
        var credential = authenticator.Get(options);
        var (token, cookies) = (await TokenAsync(browser), browser.Cookies.GetCookieHeader(new Uri(TestServer.Issuer)));

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CopyAsync()));
        var late = await EndAsync(browser, handle, credential);

        Assert.Single(responses, response => response.Headers.Location!.OriginalString == Paths.AccountPage);
        Assert.Equal($"{Paths.SignInPage}?passkey=failed", late.Headers.Location!.OriginalString);
        Assert.Equal(before + 1, await SessionsAsync(person));

        // As the browser was when it began, however soon the first of them has signed it in: the page's token belongs to that.
        async Task<HttpResponseMessage> CopyAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Paths.PasskeySignIn) { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("handle", handle), new("credential", credential)]) };
            request.Headers.Add("Cookie", cookies);
            return await browser.SendAsync(request);
        }
    }

    [Fact]
    public async Task WA_01_A_challenge_is_good_for_one_try_even_a_wrong_one()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);
        var (handle, options) = await BeginAsync(browser);
        var good = authenticator.Get(options);
        authenticator.OnSignature = signature => [.. signature.Reverse()];
        var wrong = authenticator.Get(options);

        await EndAsync(browser, handle, wrong);
        var response = await EndAsync(browser, handle, good);

        await AssertRefusedAsync(browser, response);
    }

    [Fact]
    public async Task WA_01_A_challenge_expires_and_belongs_to_one_browser()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        using var other = Server.Browser();
        await AddHolderAsync(authenticator);
        var (handle, options) = await BeginAsync(browser);
        await BeginAsync(other); // it has a flow of its own
        var credential = authenticator.Get(options);

        var elsewhere = await EndAsync(other, handle, credential);
        Server.Clock.Move(TimeSpan.FromMinutes(5));
        var late = await EndAsync(browser, handle, credential);

        await AssertRefusedAsync(other, elsewhere);
        await AssertRefusedAsync(browser, late);
    }

    [Theory]
    [InlineData(5, 6, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    [InlineData(5, 0, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(4294967294, 4294967295, true)]
    public async Task WA_08_A_counter_that_does_not_go_on_is_refused_and_noticed(uint stored, uint sent, bool isAccepted)
    {
        using var authenticator = new SoftAuthenticator { Counter = stored };
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        authenticator.Counter = sent;

        var response = await SignInAsync(browser, authenticator);

        if (isAccepted) await AssertSignedInAsync(browser, response);
        else await AssertRefusedAsync(browser, response);
        Assert.Equal(isAccepted ? 0L : 1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'PasskeyCopied' AND user_id = $1", person)));
        Assert.Equal(isAccepted ? sent : stored, Convert.ToInt64(await Server.ScalarAsync("SELECT sign_count FROM passkeys WHERE user_id = $1", person)));
    }

    [Fact]
    public async Task WA_08_Of_two_assertions_with_one_counter_one_is_accepted()
    {
        using var authenticator = new SoftAuthenticator { Counter = 1 };
        var person = await AddHolderAsync(authenticator);
        authenticator.Counter = 2;
        var browsers = Enumerable.Range(0, 20).Select(_ => Server.Browser()).ToArray();
        List<(string Handle, string Credential)> answers = [];
        foreach (var browser in browsers)
        {
            var (handle, options) = await BeginAsync(browser);
            answers.Add((handle, authenticator.Get(options)));
        }

        var responses = await Task.WhenAll(browsers.Select((browser, i) => EndAsync(browser, answers[i].Handle, answers[i].Credential)));

        Assert.Single(responses, response => response.Headers.Location!.OriginalString == Paths.AccountPage);
        Assert.NotEmpty(person);
        foreach (var browser in browsers) browser.Dispose();
    }

    [Fact]
    public async Task WA_18_A_Host_header_of_somebody_else_is_refused_and_the_relying_party_never_changes()
    {
        using var browser = Server.Browser();
        var token = await TokenAsync(browser);
        using var poisoned = new HttpRequestMessage(HttpMethod.Post, Paths.PasskeyOptions) { Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]) };
        poisoned.Headers.Host = "evil.test";

        var refused = await browser.SendAsync(poisoned);
        var (_, options) = await BeginAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("id.test", options.GetProperty("rpId").GetString());
        Assert.Equal("required", options.GetProperty("userVerification").GetString());
    }

    [Fact]
    public async Task CS_01_Without_the_pages_token_nothing_begins_and_nothing_ends()
    {
        using var browser = Server.Browser();
        foreach (var path in (string[])[Paths.PasskeyOptions, Paths.PasskeyAddOptions, Paths.PasskeyEnrolOptions, Paths.PasskeySignIn])
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(path, ("handle", "x"), ("credential", "{}"))).StatusCode);
    }

    private async Task<long> SessionsAsync(string person) => Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person));
}

public sealed class PasskeyReplayAttacksOnSqlite(SqliteServer server) : PasskeyReplayAttacks(server), IClassFixture<SqliteServer>;

public sealed class PasskeyReplayAttacksOnPostgreSql(PostgreSqlServer server) : PasskeyReplayAttacks(server), IClassFixture<PostgreSqlServer>;
