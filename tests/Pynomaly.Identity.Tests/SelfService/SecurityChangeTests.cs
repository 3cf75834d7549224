using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>A changed password, a changed address, lost factors, "this was not me" (cases PW-12, PW-14, MF-11).</summary>
public abstract class SecurityChangeTests(MailboxServer server) : MailSuite(server)
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task PW_12_A_password_is_changed_with_the_current_one_or_a_moment_after_a_sign_in_and_not_otherwise()
    {
        var person = await TestPerson.AddAsync(Server);

        Assert.IsType<PasswordChangeResult.NotConfirmed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, null, NewPassword, Long));
        Assert.IsType<PasswordChangeResult.NotConfirmed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, "", NewPassword, Long));
        Assert.IsType<PasswordChangeResult.WrongPassword>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, "not the password", NewPassword));
        Assert.IsType<PasswordChangeResult.Refused>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, "password1"));
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Assert.IsType<PasswordChangeResult.Changed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword, Long));
        Assert.IsType<PasswordChangeResult.Changed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, null, $"{NewPassword} again"));
        Assert.Equal("account", await SignInAsync(person.Name, $"{NewPassword} again"));
    }

    [Fact]
    public async Task PW_12_Guessing_the_current_password_in_a_session_locks_the_account_as_at_the_sign_in_page()
    {
        var person = await TestPerson.AddAsync(Server);
        for (var i = 0; i < 5; i++) await SecurityTestActs.ChangePasswordAsync(Server, person.Id, $"guess {i}", NewPassword, Long);

        Assert.IsType<PasswordChangeResult.WrongPassword>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword, Long));
        Server.Clock.Move(TimeSpan.FromMinutes(2));
        Assert.IsType<PasswordChangeResult.Changed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword, Long));
    }

    [Fact]
    public async Task A_changed_password_ends_other_sessions_and_links_and_renews_the_own_cookie()
    {
        var person = await TestPerson.AddAsync(Server);
        var reset = await ResetLinkAsync(person);
        using var other = Server.Browser();
        await other.SignInAsync(await other.GetAsync(Paths.SignInPage), person.Name);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        var before = await Server.ScalarAsync("SELECT key_hash FROM sessions WHERE id = $1", session.Id);

        await Server.Services.GetRequiredService<PasswordChange>().ChangeAsync(context, session, TestData.Password, NewPassword, CancellationToken.None);

        Assert.False(await IsSignedInAsync(other));
        Assert.NotEqual(before, await Server.ScalarAsync("SELECT key_hash FROM sessions WHERE id = $1 AND ended IS NULL", session.Id));
        await AssertEndedAsync(await other.GetAsync(reset));
    }

    [Fact]
    public async Task Of_fifty_changes_from_the_same_password_one_counts()
    {
        var person = await TestPerson.AddAsync(Server);
        var (_, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        var change = Server.Services.GetRequiredService<PasswordChange>();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            change.ChangeAsync(new DefaultHttpContext { RequestServices = Server.Services, Items = { [typeof(Session)] = session } }, session, null, $"{NewPassword} {i}", CancellationToken.None)));

        Assert.Contains(results, result => result is PasswordChangeResult.Changed);
        Assert.All(results, result => Assert.True(result is PasswordChangeResult.Changed or PasswordChangeResult.WrongPassword or PasswordChangeResult.Busy));
        var works = 0;
        for (var i = 0; i < 50; i++)
            if (results[i] is PasswordChangeResult.Changed && await SignInAsync(person.Name, $"{NewPassword} {i}") == "account") works++;
        Assert.Equal(1, works);
    }

    [Fact]
    public async Task An_address_changes_for_the_person_who_asked_and_the_old_one_is_told()
    {
        var person = await TestPerson.AddAsync(Server);
        var next = $"new-{person.Name}@example.org";

        Assert.True(await SecurityTestActs.ChangeEmailAsync(Mailbox, person, next));

        Assert.Equal(next, await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your e-mail address was changed");
        Assert.Equal("account", await SignInAsync(next, TestData.Password));
        Assert.Equal("sign-in", await SignInAsync(AddressOf(person), TestData.Password));
    }

    [Fact]
    public async Task A_stranger_at_a_mistyped_address_cannot_take_the_account_by_its_link()
    {
        var person = await TestPerson.AddAsync(Server);
        var stranger = await TestPerson.AddAsync(Server);
        var next = $"typo-{person.Name}@example.org";
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await Server.Services.GetRequiredService<EmailChange>().BeginAsync(context, session, next, CancellationToken.None);
        var link = await Mailbox.LinkAsync(next, Paths.VerifyEmailPage);
        using var nobody = Server.Browser();
        using var another = Server.Browser();
        await another.SignInAsync(await another.GetAsync(Paths.SignInPage), stranger.Name);

        foreach (var browser in new[] { nobody, another })
        {
            var page = await browser.GetAsync(link);
            Assert.Contains("Sign in first", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("id=\"verify-email\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var own = Server.Browser();
        await own.SignInAsync(await own.GetAsync(Paths.SignInPage), person.Name);
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(own, link, "verify-email")).StatusCode);
    }

    [Fact]
    public async Task An_address_needs_a_confirmed_session_and_one_that_is_taken_is_not_told_of()
    {
        var person = await TestPerson.AddAsync(Server);
        var other = await TestPerson.AddAsync(Server);
        var change = Server.Services.GetRequiredService<EmailChange>();
        var (context, stale) = await SecurityTestActs.SessionAsync(Server, person.Id, Long);
        var (fresh, session) = await SecurityTestActs.SessionAsync(Server, person.Id);

        Assert.False(await change.BeginAsync(context, stale, $"x-{person.Name}@example.org", CancellationToken.None));
        Assert.False(await change.BeginAsync(fresh, session, "a@b\r\nBcc: c@d", CancellationToken.None));
        Assert.True(await change.BeginAsync(fresh, session, AddressOf(other), CancellationToken.None));
        Assert.Equal("You already have an account", Assert.Single(await Mailbox.MailsAsync(AddressOf(other))).Subject);
    }

    [Fact]
    public async Task An_unproven_address_is_proven_by_a_link()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await Server.Services.GetRequiredService<EmailVerification>().BeginAsync(context, session, CancellationToken.None);

        var used = await UseAsync(await Mailbox.LinkAsync(AddressOf(person), Paths.VerifyEmailPage), "verify-email");

        Assert.Equal(HttpStatusCode.SeeOther, used.StatusCode);
        Assert.True(Convert.ToBoolean(await Server.ScalarAsync("SELECT email_confirmed FROM users WHERE id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_link_of_an_administrator_takes_lost_factors_away_and_nothing_else()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var link = new Uri((await Server.Services.GetRequiredService<AccountRegistry>().ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, CancellationToken.None))!).PathAndQuery;
        using var browser = Server.Browser();
        var page = await browser.GetAsync(link);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => browser.SubmitAsync(page, "reset-factors")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id));
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your second factors were removed");
    }

    [Fact]
    public async Task Recovery_by_e_mail_needs_the_password_and_a_day_in_which_the_owner_can_stop_it()
    {
        var waits = await TestPerson.AddAsync(Server, withApp: true);
        var stops = await TestPerson.AddAsync(Server, withApp: true);
        Server.Clock.Move(TimeSpan.FromMinutes(1));
        var waiting = await AskRecoveryAsync(waits);
        var stopped = await AskRecoveryAsync(stops);
        using var browser = Server.Browser();
        Assert.DoesNotContain("id=\"reset-factors\"", await (await browser.GetAsync(MailboxServer.LinkIn(waiting, Paths.RecoverFactorsPage))).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await UseAsync(MailboxServer.LinkIn(stopped, Paths.DisavowPage), "disavow");
        Server.Clock.Move(TimeSpan.FromHours(24));
        var done = await UseAsync(MailboxServer.LinkIn(waiting, Paths.RecoverFactorsPage), "reset-factors");

        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        Assert.Equal("account", await SignInAsync(waits.Name, TestData.Password));
        await AssertEndedAsync(await browser.GetAsync(MailboxServer.LinkIn(stopped, Paths.RecoverFactorsPage)));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", stops.Id));
    }

    [Fact]
    public async Task Not_me_throws_everybody_out_undoes_what_came_after_and_leads_to_a_new_password_once()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        Server.Clock.Move(TimeSpan.FromHours(1));
        using var thief = Server.Browser();
        await thief.SignInAsync(await thief.GetAsync(Paths.SignInPage), person.Name);
        await SecurityTestActs.ChangePasswordAsync(Server, person.Id, null, $"{NewPassword} of a thief");
        var notice = (await Mailbox.MailsAsync(AddressOf(person))).Last(mail => mail.Subject == "Your password was changed");
        await SecurityTestActs.ChangeEmailAsync(Mailbox, person, $"thief-{person.Name}@example.org");
        await ExecuteAsync("INSERT INTO authenticators (id, user_id, name, secret, last_step, created) VALUES ($1, $2, 'thief', 'x', 0, $3)", Guid.NewGuid().ToString(), person.Id, Server.Clock.GetUtcNow());
        using var owner = Server.Browser();
        var page = await owner.GetAsync(MailboxServer.LinkIn(notice, Paths.DisavowPage));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => owner.SubmitAsync(page, "disavow")));
        var won = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal("sign-in", await SignInAsync(person.Name, $"{NewPassword} of a thief"));
        var set = await owner.SubmitAsync(await owner.FollowAsync(won), "set-password", ("password", NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        Assert.Equal(AddressOf(person), await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
        Assert.Equal("Phone", await Server.ScalarAsync("SELECT name FROM authenticators WHERE user_id = $1", person.Id));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person.Id));
        Assert.Equal("second-factor", await SignInAsync(person.Name, NewPassword));
    }

    [Fact]
    public async Task MF_11_Not_me_takes_a_young_only_factor_away_but_its_mailbox_sets_no_password_for_a_day()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        await NoticeAsync(person, NoticeKind.AuthenticatorAdded, "Phone");
        await NoticeAsync(person, NoticeKind.NewDevice, null);
        var links = (await Mailbox.MailsAsync(AddressOf(person))).Select(mail => MailboxServer.LinkIn(mail, Paths.DisavowPage)).ToList();

        var done = await UseAsync(links[0], "disavow");
        var again = await UseAsync(links[1], "disavow");
        await AskResetAsync(person.Name);

        Assert.Equal([$"{Paths.DisavowPage}?done=true", $"{Paths.DisavowPage}?done=true"], new[] { done, again }.Select(answer => answer.Headers.Location!.ToString()));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id));
        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Text.Contains(Paths.ResetPage, StringComparison.Ordinal));
        Server.Clock.Move(TimeSpan.FromHours(24));
        await UseAsync(await ResetLinkAsync(person), "set-password", ("password", NewPassword));
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
    }

    [Fact]
    public async Task A_link_not_me_works_a_week_and_opening_it_does_nothing()
    {
        var person = await TestPerson.AddAsync(Server);
        await NoticeAsync(person, NoticeKind.NewDevice, null);
        var link = await Mailbox.LinkAsync(AddressOf(person), Paths.DisavowPage);
        using var browser = Server.Browser();

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).StatusCode);
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Server.Clock.Move(TimeSpan.FromDays(7));

        await AssertEndedAsync(await browser.GetAsync(link));
    }

    [Fact]
    public async Task A_notice_says_what_where_and_when_in_one_mail_and_an_unproven_address_gets_no_link()
    {
        var person = await TestPerson.AddAsync(Server);
        var unproven = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, unproven.Id);

        await NoticeAsync(person, NoticeKind.PasskeyAdded, "Ada's key");
        await NoticeAsync(unproven, NoticeKind.PasskeyAdded, "Ada's key");
        var mail = Assert.Single(await Mailbox.MailsAsync(AddressOf(person)));

        Assert.Contains("Ada's key", mail.Text, StringComparison.Ordinal);
        Assert.Contains("UTC", mail.Text, StringComparison.Ordinal);
        Assert.Contains(Paths.DisavowPage, mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Paths.DisavowPage, Assert.Single(await Mailbox.MailsAsync(AddressOf(unproven))).Text, StringComparison.Ordinal);
    }

    private Task<bool> NoticeAsync(TestPerson person, NoticeKind kind, string? detail) => Server.Services.GetRequiredService<Database>().WriteAsync(async (sql, stop) =>
    {
        await Server.Services.GetRequiredService<Notices>().AddAsync(sql, person.Id, kind, null, detail, stop);
        return true;
    }, CancellationToken.None);

    internal async Task<Pynomaly.Identity.Mail.FolderMail> AskRecoveryAsync(TestPerson person)
    {
        using var browser = Server.Browser();
        var half = await browser.SubmitAsync(await browser.GetAsync(Paths.SignInPage), "sign-in", ("username", person.Name), ("password", TestData.Password));
        var step = System.Web.HttpUtility.ParseQueryString(new Uri(new Uri(TestServer.Issuer), half.Headers.Location!).Query)["step"];
        await UseAsync(browser, $"{Paths.RecoverFactorsPage}?step={step}", "ask-recovery");
        return (await Mailbox.MailsAsync(AddressOf(person))).Last(mail => mail.Subject == "Recovery of your account");
    }
}

public sealed class SecurityChangeTestsOnSqlite(SqliteMailboxServer server) : SecurityChangeTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class SecurityChangeTestsOnPostgreSql(PostgreSqlMailboxServer server) : SecurityChangeTests(server), IClassFixture<PostgreSqlMailboxServer>;
