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

/// <summary>Whoever holds a session, a browser or a mailbox of somebody else, and what stays the owner's (cases MF-10, MF-11, PW-14).</summary>
public abstract class TakeoverTests(MailboxServer server) : MailSuite(server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_thief_who_moves_the_address_and_then_secures_or_deletes_the_account_leaves_the_owner_the_way_back(bool secures)
    {
        var person = await TestPerson.AddAsync(Server);
        await SecurityTestActs.ChangeEmailAsync(Mailbox, person, $"thief-{person.Name}@example.org");
        var link = await Mailbox.LinkAsync(AddressOf(person), Paths.DisavowPage);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);

        if (secures) await Server.Services.GetRequiredService<SecureAccount>().RunAsync(context, session, CancellationToken.None);
        else Assert.IsType<DeletionResult.Asked>(await Server.Services.GetRequiredService<Deletion>().AskAsync(context, session, CancellationToken.None));

        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(link, "disavow")).StatusCode);
        Assert.Equal(AddressOf(person), await Server.ScalarAsync("SELECT email FROM users WHERE id = $1 AND delete_after IS NULL", person.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receivers_hear_that_the_password_and_the_factors_went(bool secures)
    {
        var now = Server.Clock.GetUtcNow();
        await Server.ExecuteAsync("""
            INSERT INTO event_receivers (id, name, url, audience, events, is_enabled, created, cursor, failed_count, next_attempt) VALUES ($1, 'test', 'https://api.test', 'https://api.test', '[]', $2, $3, 0, 0, $3)
            """, Guid.NewGuid().ToString("N"), false, now);
        var person = await TestPerson.AddAsync(Server);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword);
        var link = await Mailbox.LinkAsync(AddressOf(person), Paths.DisavowPage);
        await TestPerson.AddAppAsync(Server, person);

        if (secures) await Server.Services.GetRequiredService<SecureAccount>().RunAsync(context, session, CancellationToken.None);
        else await UseAsync(link, "disavow");

        await using var sql = await Server.Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        var told = await sql.ListAsync("SELECT data FROM security_events WHERE type = 'credential-change' AND subject = $1 ORDER BY sequence", row => System.Text.Json.JsonElement.Parse(row.GetString(0)), CancellationToken.None, person.Id);
        string[] expected = secures ? ["password update", "password revoke"] : ["password update", "password revoke", "second-factors delete"];
        Assert.Equal(expected, told.Select(one => $"{one.GetProperty("credential_type")} {one.GetProperty("change_type")}"));
    }

    [Fact]
    public async Task MF_10_Who_has_a_second_factor_changes_neither_address_nor_password_by_the_password_alone()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id, level: AuthenticationLevels.Password);
        var next = $"new-{person.Name}@example.org";

        Assert.False(await Server.Services.GetRequiredService<EmailChange>().BeginAsync(context, session, next, CancellationToken.None));
        Assert.IsType<PasswordChangeResult.NotConfirmed>(await Server.Services.GetRequiredService<PasswordChange>().ChangeAsync(context, session, null, NewPassword, CancellationToken.None));
        Assert.Empty(await Mailbox.MailsAsync(next));
    }

    [Fact]
    public async Task A_link_to_a_new_address_is_nothing_to_who_is_signed_in_as_somebody_else()
    {
        var (person, stranger) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var next = $"typo-{person.Name}@example.org";
        var change = Server.Services.GetRequiredService<EmailChange>();
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        var (theirs, _) = await SecurityTestActs.SessionAsync(Server, stranger.Id);
        await change.BeginAsync(context, session, next, CancellationToken.None);
        var link = await Mailbox.LinkAsync(next, Paths.VerifyEmailPage);
        var token = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];

        Assert.False(await change.CompleteAsync(token, theirs, CancellationToken.None));
        Assert.False(await change.CompleteAsync(token, Visitor.Stranger(), CancellationToken.None));
        Assert.True(await change.CompleteAsync(token, context, CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_password_ends_the_lock_of_a_known_browser(bool forgotten)
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);
        await ExecuteAsync("UPDATE devices SET lockout_end = $1, lockout_rounds = 20 WHERE user_id = $2", DateTimeOffset.MaxValue, person.Id);

        if (forgotten) await UseAsync(await ResetLinkAsync(person), "set-password", ("password", NewPassword));
        else await SecurityTestActs.ChangePasswordAsync(Server, person.Id, null, NewPassword);
        var signedIn = await browser.FollowAsync(await browser.SubmitAsync(await browser.GetAsync(Paths.SignInPage), "sign-in", ("username", person.Name), ("password", NewPassword)));

        Assert.Equal("account", await CodeFlow.PageOfAsync(signedIn));
    }

    [Fact]
    public async Task PW_14_Strangers_who_lock_the_account_do_not_keep_its_owner_from_a_new_password_and_it_forgives_them_nothing()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);
        await ExecuteAsync("UPDATE users SET lockout_end = $1, lockout_rounds = 3 WHERE id = $2", Server.Clock.GetUtcNow() + TimeSpan.FromHours(1), person.Id);
        var context = Visitor.Of(browser);
        context.RequestServices = Server.Services;
        var session = (await Server.Services.GetRequiredService<Sessions>().CurrentAsync(context, CancellationToken.None))!;

        Assert.IsType<PasswordChangeResult.Changed>(await Server.Services.GetRequiredService<PasswordChange>().ChangeAsync(context, session, TestData.Password, NewPassword, CancellationToken.None));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND lockout_rounds = 3", person.Id));
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(8, true)]
    public async Task MF_11_A_mailbox_that_has_just_set_the_password_does_not_take_the_factors_too(int days, bool begins)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        await ExecuteAsync("UPDATE users SET password_changed = $1 WHERE id = $2", Server.Clock.GetUtcNow() - TimeSpan.FromDays(days), person.Id);

        Assert.IsType(begins ? typeof(LinkResult.Done) : typeof(LinkResult.Ended), await BeginRecoveryAsync(person, null));
        Assert.Equal(begins ? 1 : 0, (await Mailbox.MailsAsync(AddressOf(person))).Length);
    }

    [Fact]
    public async Task MF_11_A_session_that_steps_up_begins_no_recovery()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);

        Assert.IsType<LinkResult.Ended>(await BeginRecoveryAsync(person, "its session"));
        Assert.IsType<LinkResult.Done>(await BeginRecoveryAsync(person, null));
    }

    [Fact]
    public async Task A_factor_that_is_removed_ends_links_made_before_and_of_two_removed_at_once_an_administrator_keeps_one()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "admin");
        await TestPerson.AddAppAsync(Server, person);
        var reset = await ResetLinkAsync(person);
        var apps = await Server.Services.GetRequiredService<Authenticators>().ListAsync(person.Id, CancellationToken.None);
        var (_, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        var changes = Server.Services.GetRequiredService<FactorChanges>();

        var results = await Task.WhenAll(apps.Select(app => Task.Run(() =>
            changes.RemoveAuthenticatorAsync(new DefaultHttpContext { RequestServices = Server.Services, Items = { [typeof(Session)] = session } }, session, app.Id, CancellationToken.None))));

        Assert.Equal([FactorChange.Done, FactorChange.LastOne], results.Order());
        using var browser = Server.Browser();
        await AssertEndedAsync(await browser.GetAsync(reset));
    }

    [Fact]
    public async Task An_invited_person_cannot_call_themselves_by_another_address()
    {
        var invited = $"a-{Guid.NewGuid():N}@example.org";
        var link = new Uri(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, invited, [], CancellationToken.None)).PathAndQuery;

        var refused = await UseAsync(link, "accept-invitation", ("username", $"ceo-{invited}"), ("password", NewPassword));
        var accepted = await UseAsync(link, "accept-invitation", ("username", invited.ToUpperInvariant()), ("password", NewPassword));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name = $1", $"ceo-{invited}"));
    }

    [Fact]
    public async Task A_deletion_that_is_asked_for_twice_tells_the_day_that_stands()
    {
        var person = await TestPerson.AddAsync(Server);
        var deletion = Server.Services.GetRequiredService<Deletion>();
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);

        var first = await deletion.AskAsync(context, session, CancellationToken.None);
        Server.Clock.Move(TimeSpan.FromMinutes(5));

        Assert.Equal(first, await deletion.AskAsync(context, session, CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_deleted_administrator_no_address_stays_in_what_they_did_to_others()
    {
        var (person, other) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        await ExecuteAsync("INSERT INTO audit_events (at, event_id, name, actor, user_id, address) VALUES ($1, 1, 'FactorsReset', $2, $3, '192.0.2.44')", Server.Clock.GetUtcNow(), person.Id, other.Id);
        await ExecuteAsync("UPDATE users SET delete_after = $1 WHERE id = $2", Server.Clock.GetUtcNow(), person.Id);

        await Server.Services.GetRequiredService<Deletion>().DeleteDueAsync(CancellationToken.None);
        await Until.TrueAsync(async () => await Server.ScalarAsync("SELECT id FROM users WHERE id = $1", person.Id) is null, "the account went"); // the job that looks every few minutes may be at it

        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE actor = $1 AND user_id = $2 AND address IS NULL", person.Id, other.Id));
    }

    private Task<LinkResult> BeginRecoveryAsync(TestPerson person, string? sessionId)
    {
        var pending = new PendingSignIn
        {
            Handle = Secrets.Create(), UserId = person.Id, Amr = [AuthenticationMethods.Password], AuthTime = Server.Clock.GetUtcNow(), Level = AuthenticationLevels.TwoFactors, SessionId = sessionId,
        };
        return Server.Services.GetRequiredService<FactorRecovery>().BeginAsync(Visitor.Stranger(), pending, CancellationToken.None);
    }
}

public sealed class TakeoverTestsOnSqlite(SqliteMailboxServer server) : TakeoverTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class TakeoverTestsOnPostgreSql(PostgreSqlMailboxServer server) : TakeoverTests(server), IClassFixture<PostgreSqlMailboxServer>;
