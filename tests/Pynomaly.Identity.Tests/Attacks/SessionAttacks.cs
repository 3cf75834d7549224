using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group SE of the attack catalogue: cookies planted, damaged, left behind; and steps of the sign-in out of order (CS-11).</summary>
public abstract class SessionAttacks(TestServer server) : ServerSuite(server)
{
    private const string SessionCookie = "__Host-pyn_session";
    private static readonly Uri Home = new(TestServer.Issuer);

    [Fact]
    public async Task SE_01_A_cookie_that_was_planted_before_the_sign_in_is_worth_nothing_after_it()
    {
        var (person, attacker) = (await AddPersonAsync(), await AddPersonAsync());
        using var thief = Server.Browser();
        await SignInAsync(thief, attacker);
        foreach (var planted in new[] { Secrets.Create(), Value(thief, SessionCookie) })
        {
            using var browser = Server.Browser();
            browser.Cookies.Add(Home, new System.Net.Cookie(SessionCookie, planted) { Secure = true, Path = "/" });

            await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("prompt", "login")), person.Name);

            Assert.NotEqual(planted, Value(browser, SessionCookie));
            Assert.Equal("sign-in", await PageAsync(planted));
            Assert.NotEqual("sign-in", await PageAsync(Value(browser, SessionCookie)));
        }
    }

    [Fact]
    public async Task SE_03_A_renewed_session_keeps_its_sid_and_auth_time_and_the_old_cookie_is_dead()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var before = await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), person.Name))["code"]);
        var old = Value(browser, SessionCookie);
        Server.Clock.Move(TimeSpan.FromMinutes(3));

        var request = Visitor.Of(browser);
        await Server.Services.GetRequiredService<Sessions>().RenewAsync(request, CancellationToken.None);
        browser.Cookies.SetCookies(Home, request.Response.Headers.SetCookie.Single(cookie => cookie!.StartsWith(SessionCookie, StringComparison.Ordinal))!);
        var after = await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("prompt", "none")), person.Name))["code"]);

        Assert.NotEqual(old, Value(browser, SessionCookie));
        Assert.Equal("sign-in", await PageAsync(old));
        foreach (var claim in new[] { "sid", "auth_time", "acr" }) Assert.Equal(before.GetProperty(claim).ToString(), after.GetProperty(claim).ToString());
    }

    [Fact]
    public async Task SE_05_Every_cookie_of_a_sign_in_is_bound_to_the_host_hidden_from_scripts_and_small()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        List<HttpResponseMessage> answers = [];
        answers.Add(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("redirect_uri", "https://d.test/cb"), ("scope", "openid profile"), ("prompt", "consent"))));
        var page = await browser.FollowAsync(answers[^1]);
        answers.AddRange([page, await browser.SubmitAsync(page, "sign-in", ("username", person.Name), ("password", TestData.Password))]);
        var factor = await browser.FollowAsync(answers[^1]);
        answers.AddRange([factor, await browser.SubmitAsync(factor, "verify", ("code", Server.Apps.Code(person.Name)), ("trust", "true"))]);
        answers.Add(await browser.FollowAsync(answers[^1]));
        foreach (var path in new[] { Paths.AccountPage, Paths.LogoutPage, Paths.SignedOutPage }) answers.Add(await browser.GetAsync(path));

        var cookies = answers.SelectMany(answer => answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []).ToList();

        foreach (var name in new[] { SessionCookie, "__Host-pyn_flow", "__Host-pyn_device", "__Host-pyn_last", "__Host-antiforgery" }) Assert.Contains(cookies, cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal));
        Assert.All(cookies, cookie =>
        {
            var attributes = cookie.Split(';', StringSplitOptions.TrimEntries).Skip(1).Select(one => one.ToLowerInvariant()).ToList();
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("secure", attributes);
            Assert.Contains("httponly", attributes);
            Assert.Contains("path=/", attributes);
            Assert.Contains("samesite=lax", attributes);
            Assert.DoesNotContain(attributes, one => one.StartsWith("domain", StringComparison.Ordinal));
            Assert.True(cookie.Length <= 4096);
        });
    }

    [Fact]
    public async Task SE_07_A_damaged_cookie_makes_nobody_and_breaks_nothing()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await SignInAsync(browser, person);
        var value = Value(browser, SessionCookie);
        var random = new Random(20261122);
        var damaged = Enumerable.Range(0, 1000).Select(_ => Flip(value, random)).Where(one => one != value)
            .Concat([value[..^1], value + "A", value + "=", "", new string('A', 8192), $"\"{value}\"", value.ToUpperInvariant(), $"{value}%00", $"{value}; {SessionCookie}={value}", "chunks-2"]).ToList();

        Assert.NotEqual("sign-in", await PageAsync(value));
        using var machine = Server.Machine();
        foreach (var one in damaged) await AssertNobodyAsync(machine, $"{SessionCookie}={one}");
        foreach (var name in new[] { "%5F%5FHost-pyn_session", "__host-pyn_session", "pyn_session", "__Host-pyn_sessionC1", "__Secure-pyn_session" }) await AssertNobodyAsync(machine, $"{name}={value}");
        foreach (var other in new[] { "__Host-pyn_flow", "__Host-pyn_device", "__Host-pyn_last" }) await AssertNobodyAsync(machine, $"{SessionCookie}={Value(browser, other)}");
    }

    [Fact]
    public async Task SE_07_A_damaged_device_or_flow_cookie_skips_no_check()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await browser.SubmitAsync(await browser.PendingAsync(person.Name), "verify", ("code", Server.Apps.Code(person.Name)), ("trust", "true"));
        var value = Value(browser, "__Host-pyn_device");
        foreach (var damaged in new[] { value[..^1] + (value[^1] == 'A' ? 'B' : 'A'), value[..^1], new string('A', 43), new string('A', 3000) })
        {
            using var other = Server.Browser();
            other.Cookies.Add(Home, new System.Net.Cookie("__Host-pyn_device", damaged) { Secure = true, Path = "/" });
            other.Cookies.Add(Home, new System.Net.Cookie("__Host-pyn_flow", damaged) { Secure = true, Path = "/" });

            Assert.Equal("second-factor", await CodeFlow.PageOfAsync(await other.PendingAsync(person.Name)));
        }
    }

    [Fact]
    public async Task SE_10_Who_signs_in_after_another_left_without_a_logout_gets_nothing_of_theirs()
    {
        var (first, second) = (await AddPersonAsync(), await AddPersonAsync());
        using var browser = Server.Browser();
        var theirs = await Server.IdTokenOfAsync(CodeFlow.Answer(await browser.AuthorizeAsync(CodeFlow.Url(TestData.Other, ("scope", "openid profile")), first.Name))["code"], TestData.Other);
        var pending = await browser.PendingAsync(first.Name); // forgets the cookie, and leaves half-way

        var asked = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Other, ("scope", "openid profile"))));
        var consent = await browser.FollowAsync(await browser.FillInAsync(asked, second.Name));
        var answer = await browser.FollowAsync(await browser.SubmitAsync(consent, "consent-allow"));
        var own = await Server.IdTokenOfAsync(CodeFlow.Answer(answer)["code"], TestData.Other);

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(pending));
        Assert.Equal("consent", await CodeFlow.PageOfAsync(consent)); // the first person's consent is not the second's
        Assert.Equal((first.Id, second.Id), (theirs.GetProperty("sub").GetString(), own.GetProperty("sub").GetString()));
        Assert.NotEqual(theirs.GetProperty("sid").GetString(), own.GetProperty("sid").GetString());
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/security")]
    [InlineData("/account/sessions")]
    [InlineData("/account/profile")]
    public async Task CS_11_A_half_done_sign_in_opens_no_page_of_the_account(string path)
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var step = (await browser.PendingAsync(person.Name)).RequestMessage!.RequestUri!.Query;

        foreach (var address in new[] { path, path + step })
        {
            var answer = await browser.GetAsync(address);
            Assert.StartsWith(Paths.SignInPage, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CS_11_A_half_done_sign_in_answers_no_request_and_no_api()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var pending = await browser.PendingAsync(person.Name, CodeFlow.Url(TestData.Web));
        var query = System.Web.HttpUtility.ParseQueryString(pending.RequestMessage!.RequestUri!.Query);
        var interaction = query["interaction"]!;

        CodeFlow.AssertRefused(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "none"))), "login_required");
        Assert.StartsWith(Paths.SignInPage, (await browser.GetAsync($"{Paths.AuthorizeResume}?id={interaction}")).Headers.Location!.OriginalString, StringComparison.Ordinal);
        var consent = await browser.GetAsync($"{Paths.ConsentPage}?interaction={interaction}");
        Assert.Null(consent.Headers.Location?.OriginalString.Contains("code=", StringComparison.Ordinal) == true ? "a code" : null);
        Assert.NotEqual("consent", await CodeFlow.PageOfAsync(consent));
        using var request = new HttpRequestMessage(HttpMethod.Get, Paths.UserInfo) { Headers = { Authorization = new("Bearer", query["step"]) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SendAsync(request)).StatusCode);
        using var planted = new HttpRequestMessage(HttpMethod.Get, Paths.AccountPage) { Headers = { { "Cookie", $"{SessionCookie}={query["step"]}" } } };
        Assert.StartsWith(Paths.SignInPage, (await browser.SendAsync(planted)).Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CS_11_Empty_posts_and_steps_that_do_not_exist_lead_back_and_advance_nothing()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var pending = await browser.PendingAsync(person.Name);

        var empty = await browser.SubmitAsync(pending, "verify", ("code", " "));
        var unknown = await browser.GetAsync($"{Paths.FactorPage}?step={Secrets.Create()}");
        var none = await browser.GetAsync(Paths.FactorPage);
        var enrol = await browser.GetAsync($"{Paths.EnrolPage}{pending.RequestMessage!.RequestUri!.Query}");

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(empty));
        Assert.Equal(0, Convert.ToInt32(await Server.ScalarAsync("SELECT factor_failed_count FROM users WHERE id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
        Assert.StartsWith(Paths.SignInPage, unknown.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.StartsWith(Paths.FactorPage, enrol.Headers.Location!.OriginalString, StringComparison.Ordinal); // who has a factor is asked for it
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id));
    }

    [Fact]
    public async Task CS_11_The_last_post_repeated_signs_nobody_in_again()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var pending = await browser.PendingAsync(person.Name);
        await browser.SubmitAsync(pending, "verify", ("code", Server.Apps.Code(person.Name)));

        var again = await browser.SubmitAsync(pending, "verify", ("code", Server.Apps.Code(person.Name)));

        Assert.False(again.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith(SessionCookie, StringComparison.Ordinal)));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id));
    }

    private Task<TestPerson> AddPersonAsync() => TestPerson.AddAsync(Server, withApp: true);

    private static Task<HttpResponseMessage> SignInAsync(Browser browser, TestPerson person) => browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), person.Name);

    private static string Value(Browser browser, string cookie) => browser.Cookies.GetCookies(Home)[cookie]!.Value;

    private static string Flip(string value, Random random)
    {
        var characters = value.ToCharArray();
        var at = random.Next(characters.Length);
        characters[at] = (char)(characters[at] ^ (1 << random.Next(7)));
        return characters[at] is <= ' ' or ';' or ',' or '\x7f' ? value : new string(characters);
    }

    // The page that /account leads to with this session cookie.
    private async Task<string?> PageAsync(string value)
    {
        using var browser = Server.Browser();
        browser.Cookies.Add(Home, new System.Net.Cookie(SessionCookie, value) { Secure = true, Path = "/" });
        return await CodeFlow.PageOfAsync(await browser.FollowAsync(await browser.GetAsync(Paths.AccountPage)));
    }

    private static async Task AssertNobodyAsync(HttpClient machine, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Paths.AccountPage);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        var answer = await machine.SendAsync(request);
        Assert.True(answer.Headers.Location?.OriginalString.StartsWith(Paths.SignInPage, StringComparison.Ordinal) == true, $"{(int)answer.StatusCode} for {cookie}");
    }
}

/// <summary>On SQLite.</summary>
public sealed class SessionAttacksOnSqlite(SqliteServer server) : SessionAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class SessionAttacksOnPostgreSql(PostgreSqlServer server) : SessionAttacks(server), IClassFixture<PostgreSqlServer>;
