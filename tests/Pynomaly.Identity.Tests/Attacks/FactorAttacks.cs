using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF of the attack catalogue: codes used twice, late, guessed, another's; with the account locked (PW-06).</summary>
public abstract class FactorAttacks(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task MF_01_A_code_opens_once()
    {
        var person = await AddPersonAsync();
        using var first = Server.Browser();
        using var second = Server.Browser(await SecondNodeAsync());
        var (here, there) = (await first.PendingAsync(person.Name), await second.PendingAsync(person.Name));
        var code = Server.Apps.Code(person.Name);

        var taken = await GiveAsync(first, here, code);
        var again = await GiveAsync(second, there, code);

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        await AssertRefusedAsync(again);
    }

    [Fact]
    public async Task MF_01_Of_fifty_at_once_with_one_code_on_two_nodes_one_gets_in()
    {
        var person = await AddPersonAsync();
        var code = Server.Apps.Code(person.Name);

        var answers = await RaceAsync(person, _ => code);

        Assert.Equal(1, answers.Count(IsSignedIn));
        Assert.Equal(1L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_01_Of_fifty_at_once_with_one_half_done_sign_in_one_gets_in()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        using var other = Server.Browser(await SecondNodeAsync());
        var pending = await browser.PendingAsync(person.Name);
        var page = pending.RequestMessage!.RequestUri!.PathAndQuery;
        foreach (System.Net.Cookie cookie in browser.Cookies.GetAllCookies()) other.Cookies.Add(cookie);
        var token = await TokenAsync(pending);
        var codes = await BackupCodesAsync(person);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? browser : other).PostAsync(page, ("code", codes[i % codes.Count]), ("__RequestVerificationToken", token))));

        Assert.Equal(1, answers.Count(IsSignedIn));
        Assert.Equal(1L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_03_After_a_code_no_earlier_one_is_taken_and_no_clock_makes_it_new()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        Server.Clock.Move(TimeSpan.FromSeconds(60));
        var step = Totp.StepOf(Server.Clock.GetUtcNow());
        var used = Code(person, step);
        Assert.Equal(HttpStatusCode.SeeOther, (await GiveAsync(browser, await browser.PendingAsync(person.Name), used)).StatusCode);

        var earlier = await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step - 1));
        Server.Clock.Move(TimeSpan.FromMinutes(-5));
        var back = await GiveAsync(browser, await browser.PendingAsync(person.Name), used);
        var atThatTime = await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, Totp.StepOf(Server.Clock.GetUtcNow())));
        Server.Clock.Move(TimeSpan.FromMinutes(5));

        foreach (var refused in new[] { earlier, back, atThatTime }) await AssertRefusedAsync(refused);
    }

    [Fact]
    public async Task MF_03_Codes_of_two_steps_ago_or_ahead_are_refused()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var step = Totp.StepOf(Server.Clock.GetUtcNow());

        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step - 2)));
        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), Code(person, step + 2)));
    }

    [Fact]
    public async Task MF_04_Wrong_codes_add_up_over_sign_ins_addresses_and_nodes_and_a_right_password_forgives_none()
    {
        var person = await AddPersonAsync();
        var node = await SecondNodeAsync();
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 20; i++)
        {
            using var browser = Server.Browser(i % 2 == 0 ? 0 : node, $"198.51.100.{i + 1}");
            answers.Add((await GiveAsync(browser, await browser.PendingAsync(person.Name), Wrong(person, i))).StatusCode);
        }

        using var owner = Server.Browser();
        var right = await GiveAsync(owner, await owner.PendingAsync(person.Name), Server.Apps.Code(person.Name));

        Assert.InRange(answers.IndexOf(HttpStatusCode.TooManyRequests), 1, 10);
        Assert.All(answers.SkipWhile(one => one != HttpStatusCode.TooManyRequests), one => Assert.Equal(HttpStatusCode.TooManyRequests, one));
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);
        Assert.True(right.Headers.RetryAfter?.Delta is { } wait && wait > TimeSpan.Zero && wait <= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task MF_04_After_the_wait_the_right_code_opens_and_the_next_round_waits_longer()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        async Task<HttpResponseMessage> TryAsync(string code) => await GiveAsync(browser, await browser.PendingAsync(person.Name), code);
        for (var i = 0; i < 5; i++) await TryAsync(Wrong(person, i));
        Server.Clock.Move(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, (await TryAsync(Wrong(person, i))).StatusCode);

        Server.Clock.Move(TimeSpan.FromSeconds(61));
        var early = await TryAsync(Server.Apps.Code(person.Name));
        Server.Clock.Move(TimeSpan.FromSeconds(61));
        var opened = await TryAsync(Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.TooManyRequests, early.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT factor_failed_count + factor_lockout_rounds FROM users WHERE id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task MF_04_Of_a_hundred_parallel_guesses_on_two_nodes_no_more_than_the_limit_are_looked_at()
    {
        var person = await AddPersonAsync();

        var answers = await RaceAsync(person, i => Wrong(person, i), count: 100);

        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(95, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task MF_04_After_a_hundred_wrong_codes_in_a_row_waiting_helps_no_more()
    {
        var person = await AddPersonAsync();
        await ExecuteAsync("UPDATE users SET factor_lockout_rounds = 20, factor_lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddDays(-1), person.Id);
        using var browser = Server.Browser();

        var answer = await GiveAsync(browser, await browser.PendingAsync(person.Name), Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task MF_06_An_app_counts_from_its_first_code_on_and_its_key_is_shown_no_more()
    {
        var person = await TestPerson.AddAsync(Server);
        var apps = Server.Services.GetRequiredService<Authenticators>();
        var visitor = Visitor.Stranger();
        var enrolment = await apps.BeginAsync(visitor, person.Id, CancellationToken.None);
        using var browser = Server.Browser();
        var before = await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), person.Name);
        Server.Apps.Scan(person.Name, enrolment.Key);

        var wrong = await apps.ProveAsync(visitor, person.Id, enrolment.Handle, "000000", "Phone", CancellationToken.None);
        var code = Server.Apps.Code(person.Name);
        var proven = await apps.ProveAsync(visitor, person.Id, enrolment.Handle, code, "Phone", CancellationToken.None);
        var again = await apps.ProveAsync(visitor, person.Id, enrolment.Handle, Server.Apps.Code(person.Name), "Phone", CancellationToken.None);

        Assert.True(CodeFlow.Answer(before).ContainsKey("code"));
        Assert.Equal((false, true, false), (wrong, proven, again));
        Assert.Null(await apps.FindAsync(visitor, person.Id, enrolment.Handle, CancellationToken.None));
        Assert.Equal(string.Empty, Assert.Single(await apps.ListAsync(person.Id, CancellationToken.None)).Secret);
        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), code)); // the code that proved it is used
        Assert.All(Server.Logs.Lines, line => Assert.DoesNotContain(enrolment.Key, line, StringComparison.Ordinal));
        Assert.DoesNotContain(enrolment.Key, (string)(await Server.ScalarAsync("SELECT payload FROM tokens WHERE kind = 'authenticator_enrolment' AND user_id = $1", person.Id))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MF_06_An_enrolment_is_its_persons_and_browsers_and_ends_after_a_quarter_of_an_hour()
    {
        var (person, other) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var apps = Server.Services.GetRequiredService<Authenticators>();
        var visitor = Visitor.Stranger();
        var enrolment = await apps.BeginAsync(visitor, person.Id, CancellationToken.None);
        Server.Apps.Scan(person.Name, enrolment.Key);
        var code = Server.Apps.Code(person.Name);

        Assert.Null(await apps.FindAsync(visitor, other.Id, enrolment.Handle, CancellationToken.None));
        Assert.False(await apps.ProveAsync(visitor, other.Id, enrolment.Handle, code, "Phone", CancellationToken.None));
        Assert.False(await apps.ProveAsync(Visitor.Stranger(), person.Id, enrolment.Handle, code, "Phone", CancellationToken.None));
        Server.Clock.Move(TimeSpan.FromMinutes(15));
        Assert.False(await apps.ProveAsync(visitor, person.Id, enrolment.Handle, Server.Apps.Code(person.Name), "Phone", CancellationToken.None));
    }

    [Fact]
    public async Task MF_06_Of_fifty_proofs_of_one_enrolment_at_once_one_adds_it()
    {
        var person = await TestPerson.AddAsync(Server);
        var apps = Server.Services.GetRequiredService<Authenticators>();
        var visitor = Visitor.Stranger();
        var enrolment = await apps.BeginAsync(visitor, person.Id, CancellationToken.None);
        Server.Apps.Scan(person.Name, enrolment.Key);
        var code = Server.Apps.Code(person.Name);

        var added = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => apps.ProveAsync(visitor, person.Id, enrolment.Handle, code, "Phone", CancellationToken.None)));

        Assert.Equal(1, added.Count(one => one));
        Assert.Single(await apps.ListAsync(person.Id, CancellationToken.None));
    }

    [Fact]
    public async Task MF_07_A_backup_code_opens_once_in_whatever_spelling()
    {
        var person = await AddPersonAsync();
        var codes = await BackupCodesAsync(person);
        using var browser = Server.Browser();

        var opened = await GiveAsync(browser, await browser.PendingAsync(person.Name), $" {codes[0].ToUpperInvariant().Replace('-', ' ')} ");
        var again = await GiveAsync(browser, await browser.PendingAsync(person.Name), codes[0]);

        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode);
        await AssertRefusedAsync(again);
        Assert.Equal((9, 10), await Server.Services.GetRequiredService<BackupCodes>().CountAsync(person.Id, CancellationToken.None));
        Assert.All(codes, code => Assert.Matches("^[0-9a-f]{4}-[0-9a-f]{4}$", code));
    }

    [Fact]
    public async Task MF_07_Of_fifty_at_once_with_one_backup_code_on_two_nodes_one_gets_in()
    {
        var person = await AddPersonAsync();
        var code = (await BackupCodesAsync(person))[0];

        var answers = await RaceAsync(person, _ => code);

        Assert.Equal(1, answers.Count(IsSignedIn));
    }

    [Fact]
    public async Task MF_07_A_new_set_ends_the_old_one_and_ten_wrong_ones_are_too_many()
    {
        var person = await AddPersonAsync();
        var old = await BackupCodesAsync(person);
        await BackupCodesAsync(person);
        using var browser = Server.Browser();
        List<HttpStatusCode> answers = [];

        foreach (var code in old) answers.Add((await GiveAsync(browser, await browser.PendingAsync(person.Name), code)).StatusCode);

        Assert.DoesNotContain(HttpStatusCode.SeeOther, answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    [Fact]
    public async Task MF_07_A_backup_code_is_one_persons_and_the_database_holds_no_plain_hash_of_it()
    {
        var (person, other) = (await AddPersonAsync(), await AddPersonAsync());
        var code = (await BackupCodesAsync(other))[0];
        using var browser = Server.Browser();

        await AssertRefusedAsync(await GiveAsync(browser, await browser.PendingAsync(person.Name), code));

        var plain = System.Text.Encoding.ASCII.GetBytes(code.Replace("-", "", StringComparison.Ordinal));
        var kept = (await KeptAsync(other)).ToArray();
        Assert.DoesNotContain(System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(plain)), kept);
        Assert.Equal(10, kept.Distinct().Count());
    }

    [Fact]
    public async Task MF_09_The_half_done_sign_in_of_one_is_not_completed_by_anothers_code()
    {
        var (person, other) = (await AddPersonAsync(), await AddPersonAsync());
        using var browser = Server.Browser();
        var pending = await browser.PendingAsync(person.Name);
        await browser.PendingAsync(other.Name); // the other one begins in the same browser

        await AssertRefusedAsync(await GiveAsync(browser, pending, Server.Apps.Code(other.Name)));
        Assert.Equal(0L, await SessionsAsync(person));
        Assert.Equal(0L, await SessionsAsync(other));
    }

    [Fact]
    public async Task MF_09_A_half_done_sign_in_is_worth_nothing_in_another_browser()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        using var thief = Server.Browser();
        var pending = await browser.PendingAsync(person.Name);
        var page = pending.RequestMessage!.RequestUri!.PathAndQuery;
        await thief.PendingAsync((await AddPersonAsync()).Name); // has a flow cookie and a form of its own

        var seen = await thief.GetAsync(page);

        Assert.StartsWith($"{Paths.SignInPage}?", seen.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(0L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_09_A_step_up_of_one_is_not_completed_once_another_is_signed_in()
    {
        var (person, other) = (await AddPersonAsync(), await AddPersonAsync());
        using var browser = Server.Browser();
        await browser.SubmitAsync(await browser.PendingAsync(person.Name), "verify", ("code", Server.Apps.Code(person.Name)), ("trust", "true"));
        await ExecuteAsync("UPDATE sessions SET ended = 1 WHERE user_id = $1", person.Id);
        await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web), person.Name); // trusted: pwd
        var stepUp = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web, ("acr_values", "mfa"))));
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(stepUp));

        await browser.AuthorizeAsync(CodeFlow.Url(TestData.Web, ("prompt", "login")), other.Name);
        var late = await GiveAsync(browser, stepUp, Server.Apps.Code(person.Name));

        await AssertRefusedAsync(late);
        Assert.Equal(other.Id, await Server.ScalarAsync("SELECT user_id FROM sessions WHERE ended IS NULL AND user_id IN ($1, $2)", person.Id, other.Id));
    }

    [Fact]
    public async Task MF_09_A_half_done_sign_in_ends_after_ten_minutes_and_with_the_account()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        var late = await browser.PendingAsync(person.Name);
        Server.Clock.Move(TimeSpan.FromMinutes(10));
        var expired = await GiveAsync(browser, late, Server.Apps.Code(person.Name));
        var pending = await browser.PendingAsync(person.Name);
        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, person.Id);

        var disabled = await GiveAsync(browser, pending, Server.Apps.Code(person.Name));

        foreach (var answer in new[] { expired, disabled }) Assert.StartsWith($"{Paths.SignInPage}?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(0L, await SessionsAsync(person));
    }

    [Fact]
    public async Task MF_06_Who_must_add_a_factor_adds_none_once_the_account_has_one()
    {
        var person = await TestPerson.AddAsync(Server, withApp: false, "admin");
        using var browser = Server.Browser();
        var enrol = await browser.PendingAsync(person.Name);
        var step = enrol.RequestMessage!.RequestUri!.Query;
        Assert.Equal("enrol", await CodeFlow.PageOfAsync(enrol));

        await TestPerson.AddAppAsync(Server, person); // elsewhere, by its owner
        var page = await browser.GetAsync($"{Paths.EnrolPage}{step}");
        var factor = await browser.FollowAsync(page);

        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(factor));
        Assert.True(IsSignedIn(await GiveAsync(browser, factor, Server.Apps.Code(person.Name))));
    }

    [Fact]
    public async Task MF_06_Nobody_is_believed_to_have_added_a_factor_who_has_not()
    {
        var person = await TestPerson.AddAsync(Server, withApp: false, "admin");
        var services = Server.Services;
        var visitor = Visitor.Stranger();
        var result = await services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(visitor, person.Id, AuthenticationLevels.Password, CancellationToken.None);
        var pending = await services.GetRequiredService<PendingSignIns>().FindAsync(Assert.IsType<SignInResult.EnrolmentNeeded>(result).Handle, visitor, CancellationToken.None);

        var claimed = await services.GetRequiredService<SecondFactors>().EnrolledAsync(visitor, pending!, AuthenticationMethods.OneTimeCode, CancellationToken.None);

        Assert.IsType<SignInResult.Failed>(claimed);
        Assert.Equal(0L, await SessionsAsync(person));
    }

    [Fact]
    public async Task PW_06_An_account_that_is_locked_meanwhile_is_not_opened_by_the_second_factor()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        using var known = Server.Browser();
        await GiveAsync(known, await known.PendingAsync(person.Name), Server.Apps.Code(person.Name));
        var (stranger, owner) = (await browser.PendingAsync(person.Name), await known.PendingAsync(person.Name));
        await ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddMinutes(5), person.Id);

        var refused = await GiveAsync(browser, stranger, Server.Apps.Code(person.Name));
        var opened = await GiveAsync(known, owner, Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, opened.StatusCode); // the owner's browser is known (PW-01)
    }

    private Task<TestPerson> AddPersonAsync(params string[] roles) => TestPerson.AddAsync(Server, withApp: true, roles);

    private async Task<int> SecondNodeAsync() => Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();

    private static Task<HttpResponseMessage> GiveAsync(Browser browser, HttpResponseMessage page, string code) => browser.SubmitAsync(page, "verify", ("code", code));

    // Half-done sign-ins of one browser, each its own; all give their code at once, on two nodes.
    private async Task<HttpResponseMessage[]> RaceAsync(TestPerson person, Func<int, string> code, int count = 50)
    {
        using var here = Server.Browser();
        using var there = Server.Browser(await SecondNodeAsync());
        var token = await TokenAsync(await here.PendingAsync(person.Name));
        foreach (System.Net.Cookie cookie in here.Cookies.GetAllCookies()) there.Cookies.Add(cookie);
        var pendings = Server.Services.GetRequiredService<PendingSignIns>();
        List<string> handles = [];
        for (var i = 0; i < count; i++)
        {
            handles.Add(await pendings.CreateAsync(Visitor.Of(here), new PendingSignIn { Handle = "", UserId = person.Id, Amr = ["pwd"], AuthTime = Server.Clock.GetUtcNow(), Level = "pwd" }, CancellationToken.None));
        }

        return await Task.WhenAll(handles.Select((handle, i) =>
            (i % 2 == 0 ? here : there).PostAsync($"{Paths.FactorPage}?step={handle}", ("code", code(i)), ("__RequestVerificationToken", token))));
    }

    private static async Task<string> TokenAsync(HttpResponseMessage page) =>
        System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"").Groups[1].Value;

    private Task<IReadOnlyList<string>> BackupCodesAsync(TestPerson person) =>
        Server.Services.GetRequiredService<BackupCodes>().MakeAsync(Visitor.Stranger(), person.Id, CancellationToken.None);

    private async Task<List<string>> KeptAsync(TestPerson person)
    {
        await using var sql = await Server.Services.GetRequiredService<Pynomaly.Identity.Storage.Database>().ReadAsync(CancellationToken.None);
        return await sql.ListAsync("SELECT hash FROM backup_codes WHERE user_id = $1", row => row.GetString(0), CancellationToken.None, person.Id);
    }

    private async Task<long> SessionsAsync(TestPerson person) => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id))!;

    private string Code(TestPerson person, long step) => Server.Apps.Of(person.Name, step);

    // No code of the steps around now.
    private string Wrong(TestPerson person, int seed)
    {
        var now = Totp.StepOf(Server.Clock.GetUtcNow());
        var near = Enumerable.Range(-3, 8).Select(offset => Code(person, now + offset)).ToHashSet();
        return Enumerable.Range(seed * 100, 100).Select(number => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(answer));
        Assert.False(IsSignedIn(answer));
    }

    private static bool IsSignedIn(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("__Host-pyn_session=", StringComparison.Ordinal));
}

/// <summary>On SQLite.</summary>
public sealed class FactorAttacksOnSqlite(SqliteServer server) : FactorAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class FactorAttacksOnPostgreSql(PostgreSqlServer server) : FactorAttacks(server), IClassFixture<PostgreSqlServer>;
