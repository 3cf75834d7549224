using System.Net;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Revocation;

/// <summary>An API that follows the revocation list refuses what is on it, and knows when it no longer knows.</summary>
public sealed class RevocationTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task A_revoked_token_is_refused_and_another_is_not(bool waits, bool signs)
    {
        using var issuer = new PaperIssuer { Waits = waits, SignsList = signs };
        await using var api = await TestApi.StartAsync(issuer);
        var jti = Base64UrlEncoder.Encode(Guid.NewGuid().ToByteArray());
        string token = issuer.Sign(claims => claims["jti"] = jti), other = issuer.Sign();
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);

        issuer.Revoke(jti);

        await api.EventuallyAsync("/detectors", token, HttpStatusCode.Unauthorized);
        using var refused = await api.GetAsync("/detectors", token);
        Challenged.Invalid(refused, "The access token was revoked");
        await api.EventuallyAsync("/detectors", other, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_server_that_says_when_is_not_asked_before()
    {
        using var issuer = new PaperIssuer { AskLater = 60 };
        await using var api = await TestApi.StartAsync(issuer);
        var since = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync(() => Task.FromResult(issuer.Asked("/connect/revocations") >= 1), "it was asked");

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken); // without the server's word it would have been asked a dozen times

        Assert.InRange(issuer.Asked("/connect/revocations"), 1, 1 + (int)(TimeProvider.System.GetElapsedTime(since) / TimeSpan.FromSeconds(9))); // once more each ten seconds, lest the list grow too old
        await Until.TrueAsync(() => Task.FromResult(api.Logs.Lines.Any(line => line.Contains("asks to be asked later", StringComparison.Ordinal))), "it is said");
    }

    [Fact]
    public async Task A_server_that_asks_for_longer_than_the_list_may_grow_old_is_asked_in_time()
    {
        using var issuer = new PaperIssuer { AskLater = 60 };
        await using var api = await TestApi.StartAsync(issuer, options => options.MaximumListAge = TimeSpan.FromSeconds(6));

        await Until.TrueAsync(() => Task.FromResult(issuer.Asked("/connect/revocations") >= 3), "it was asked twice more");
    }

    [Fact]
    public async Task A_list_that_never_ends_is_not_asked_for_without_end()
    {
        using var issuer = new PaperIssuer { NeverEnds = true };
        await using var api = await TestApi.StartAsync(issuer, options => options.FirstReadTimeout = TimeSpan.Zero);
        await Until.TrueAsync(() => Task.FromResult(issuer.Asked("/connect/revocations") >= 2), "it was asked");
        var since = TimeProvider.System.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        using var answer = await api.GetAsync("/detectors", issuer.Sign());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(issuer.Asked("/connect/revocations"), 2, 40 * Math.Max(1, TimeProvider.System.GetElapsedTime(since).TotalSeconds)); // however long the pause became
    }

    [Theory]
    [InlineData("http://paper.test/connect/token")]
    [InlineData("http://localhost/connect/token")]
    public async Task A_discovery_document_that_would_have_secrets_sent_in_clear_text_is_not_believed(string endpoint)
    {
        using var issuer = new PaperIssuer { TokenEndpoint = endpoint };
        await using var api = await TestApi.StartAsync(issuer, options => (options.AcceptApiKeys, options.FirstReadTimeout) = (true, TimeSpan.FromSeconds(1)));

        using var answer = await api.GetAsync("/detectors", $"pyn_{new string('a', 16)}_{new string('b', 49)}", "ApiKey");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(0, issuer.Asked("/connect/token"));
        await Until.TrueAsync(() => Task.FromResult(api.Logs.Lines.Any(line => line.Contains("not https", StringComparison.Ordinal))), "it is said"); // the document may still be read
    }

    [Fact]
    public async Task A_jti_of_another_form_is_found_too()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        var token = issuer.Sign(claims => claims["jti"] = "token number 1");
        issuer.Revoke("token number 1");

        await api.EventuallyAsync("/detectors", token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_cut_off_ends_what_a_client_was_given_before_and_nothing_later()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        var moment = issuer.Now;
        string Of(string client, long issuedAt) => issuer.Sign(claims => (claims["client_id"], claims["iat"]) = (client, issuedAt));
        string earlier = Of("cut", moment - 1), later = Of("cut", moment), stranger = Of("another", moment - 1);
        await api.EventuallyAsync("/detectors", earlier, HttpStatusCode.OK);

        issuer.CutOff("cut", null, moment);

        await api.EventuallyAsync("/detectors", earlier, HttpStatusCode.Unauthorized);
        await api.EventuallyAsync("/detectors", later, HttpStatusCode.OK);
        await api.EventuallyAsync("/detectors", stranger, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_cut_off_ends_what_a_key_signed_before()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        var second = PaperIssuer.NewKey("second");
        issuer.Published["second"] = second;
        string ofFirst = issuer.Sign(claims => claims["iat"] = issuer.Now - 1), ofSecond = issuer.Sign(claims => claims["iat"] = issuer.Now - 1, key: second);
        await api.EventuallyAsync("/detectors", ofFirst, HttpStatusCode.OK);

        issuer.CutOff(null, "first", issuer.Now);

        await api.EventuallyAsync("/detectors", ofFirst, HttpStatusCode.Unauthorized);
        await api.EventuallyAsync("/detectors", ofSecond, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Until_the_list_was_read_once_no_token_is_judged()
    {
        using var issuer = new PaperIssuer { IsDown = true };
        await using var api = await TestApi.StartAsync(issuer, options => options.FirstReadTimeout = TimeSpan.FromMilliseconds(200));
        var token = issuer.Sign();

        using (var refused = await api.GetAsync("/detectors", token))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Empty(refused.Headers.WwwAuthenticate);
        }

        using (var nobody = await api.GetAsync("/detectors")) Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using (var open = await api.GetAsync("/open")) Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        issuer.IsDown = false;
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_first_request_after_a_start_waits_for_the_list()
    {
        using var issuer = new PaperIssuer();
        var jti = Base64UrlEncoder.Encode(Guid.NewGuid().ToByteArray());
        issuer.Revoke(jti);
        await using var api = await TestApi.StartAsync(issuer);

        using var answer = await api.GetAsync("/detectors", issuer.Sign(claims => claims["jti"] = jti));

        Challenged.Invalid(answer, "The access token was revoked");
    }

    [Fact]
    public async Task While_the_server_is_down_the_list_serves_to_its_stated_age_and_then_no_token_is_judged()
    {
        using var issuer = new PaperIssuer { Waits = false };
        await using var api = await TestApi.StartAsync(issuer);
        var token = issuer.Sign();
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);

        issuer.IsDown = true;
        issuer.Clock.Move(TimeSpan.FromSeconds(29));
        using (var within = await api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.OK, within.StatusCode);
        issuer.Clock.Move(TimeSpan.FromSeconds(2));

        using (var beyond = await api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.ServiceUnavailable, beyond.StatusCode);
        using (var health = await api.GetAsync("/health")) Assert.Equal("Unhealthy", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        issuer.IsDown = false;
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_list_that_grew_too_old_in_a_pause_is_said_in_the_log_once()
    {
        using var issuer = new PaperIssuer { Waits = false };
        await using var api = await TestApi.StartAsync(issuer);
        await api.EventuallyAsync("/detectors", issuer.Sign(), HttpStatusCode.OK);

        issuer.IsDown = true;
        issuer.Clock.Move(TimeSpan.FromSeconds(31));
        var asked = issuer.Asked("/connect/revocations"); // what is asked from here on is asked of an old list

        await Until.TrueAsync(() => Task.FromResult(issuer.Asked("/connect/revocations") >= asked + 4), "it was asked four times more");

        Assert.Single(api.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("The revocation list is too old", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_start_without_the_server_requests_wait_until_one_moment_and_then_no_more()
    {
        using var issuer = new PaperIssuer { IsDown = true };
        await using var api = await TestApi.StartAsync(issuer, options => options.FirstReadTimeout = TimeSpan.FromSeconds(3));
        var token = issuer.Sign();
        using (var first = await api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);

        var started = TimeProvider.System.GetTimestamp();
        for (var attempt = 0; attempt < 40; attempt++)
            using (var later = await api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.ServiceUnavailable, later.StatusCode);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(1)); // forty that each waited would take twice that
        issuer.IsDown = false;
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_list_the_keys_are_read_as_soon_as_the_server_is_back()
    {
        using var issuer = new PaperIssuer { IsDown = true };
        await using var api = await TestApi.StartAsync(issuer, options => (options.FirstReadTimeout, options.FollowRevocations) = (TimeSpan.FromMilliseconds(100), false));
        using (var first = await api.GetAsync("/detectors", issuer.Sign())) Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);

        issuer.IsDown = false;

        await api.EventuallyAsync("/detectors", issuer.Sign(), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Failing_open_is_a_choice_that_health_tells_of()
    {
        using var issuer = new PaperIssuer { Waits = false };
        await using var api = await TestApi.StartAsync(issuer, options => options.WhenListIsStale = StaleListBehavior.Accept);
        var token = issuer.Sign();
        await api.EventuallyAsync("/detectors", token, HttpStatusCode.OK);

        issuer.IsDown = true;
        issuer.Clock.Move(TimeSpan.FromMinutes(2));

        using (var answer = await api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var health = await api.GetAsync("/health");
        Assert.Equal("Degraded", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(60, null, "revocations+jwt")] // a cache between us gives an hour-old list
    [InlineData(0, "stranger", "revocations+jwt")] // somebody else signed it
    [InlineData(0, null, "at+jwt")] // a token of another kind
    public async Task A_list_that_is_old_or_not_the_servers_is_not_believed(int age, string? signedBy, string type)
    {
        using var issuer = new PaperIssuer { ListAge = TimeSpan.FromMinutes(age), ListType = type };
        if (signedBy is not null) issuer.ListKey = PaperIssuer.NewKey("first");
        await using var api = await TestApi.StartAsync(issuer, options => options.FirstReadTimeout = TimeSpan.FromMilliseconds(300));

        using var answer = await api.GetAsync("/detectors", issuer.Sign());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task A_server_that_waits_is_not_asked_again_and_again()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer);
        await api.EventuallyAsync("/detectors", issuer.Sign(), HttpStatusCode.OK);

        var since = TimeProvider.System.GetTimestamp();
        await Task.Delay(2000, TestContext.Current.CancellationToken);

        Assert.InRange(issuer.Asked("/connect/revocations"), 1, 3 + (int)(TimeProvider.System.GetElapsedTime(since) / TimeSpan.FromSeconds(9))); // each waits for ten seconds
    }
}
