using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF of the attack catalogue: enrolment, backup codes, half-done sign-ins of another; and a locked account (PW-06).</summary>
public abstract class FactorBindingAttacks(TestServer server) : FactorSuite(server)
{
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

        var wrong = await apps.ProveAsync(visitor, person.Id, enrolment.Handle, Server.Apps.Wrong(person.Name), "Phone", CancellationToken.None);
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
        var old = await GiveAsync(browser, stepUp, Server.Apps.Code(person.Name));
        var late = await GiveAsync(browser, await browser.GetAsync(stepUp.RequestMessage!.RequestUri!.PathAndQuery), Server.Apps.Code(person.Name));

        Assert.Equal(HttpStatusCode.BadRequest, old.StatusCode); // a form of the first one's session
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
        var result = await services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(visitor, person.Id, (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!, AuthenticationLevels.Password, CancellationToken.None);
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
}

/// <summary>On SQLite.</summary>
public sealed class FactorBindingAttacksOnSqlite(SqliteServer server) : FactorBindingAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class FactorBindingAttacksOnPostgreSql(PostgreSqlServer server) : FactorBindingAttacks(server), IClassFixture<PostgreSqlServer>;
