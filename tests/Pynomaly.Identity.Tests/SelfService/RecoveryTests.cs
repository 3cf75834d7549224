using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>A recovery of lost factors that waits out its day: seen, stopped, and beaten by whoever has a factor still (case MF-11).</summary>
public abstract class RecoveryTests(MailboxServer server) : MailSuite(server)
{
    private FactorRecovery Recovery => Server.Services.GetRequiredService<FactorRecovery>();

    [Fact]
    public async Task What_waits_is_seen_and_stopped_in_the_account_and_the_owner_is_told()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        Assert.Null(await Recovery.PendingAsync(person.Id, CancellationToken.None));
        var asked = Server.Clock.GetUtcNow();
        var link = await AskAsync(person);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);

        Assert.Equal(asked.AddHours(24).ToUnixTimeSeconds(), (await Recovery.PendingAsync(person.Id, CancellationToken.None))?.ToUnixTimeSeconds());
        Assert.True(await Recovery.StopAsync(context, session, CancellationToken.None));

        Assert.Null(await Recovery.PendingAsync(person.Id, CancellationToken.None));
        Assert.False(await Recovery.StopAsync(context, session, CancellationToken.None));
        await AssertDeadAsync(person, link);
    }

    [Fact]
    public async Task MF_11_Who_signs_in_with_a_factor_has_not_lost_it_and_stops_the_recovery()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var link = await AskAsync(person);
        Server.Clock.Move(TimeSpan.FromHours(1));
        using var browser = Server.Browser();

        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);

        Assert.True(await IsSignedInAsync(browser));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name = 'RecoveryStopped'", person.Id));
        await AssertDeadAsync(person, link);
    }

    [Fact]
    public async Task Half_way_a_mail_reminds_of_it_and_stops_it()
    {
        var (reminded, stopped) = (await TestPerson.AddAsync(Server, withApp: true), await TestPerson.AddAsync(Server, withApp: true));
        var link = await AskAsync(reminded);
        await AskAsync(stopped);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, stopped.Id);
        await Recovery.StopAsync(context, session, CancellationToken.None);
        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(reminded)), mail => mail.Subject == "A recovery of your account is waiting");

        Server.Clock.Move(TimeSpan.FromHours(12));
        await Until.TrueAsync(async () => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails WHERE next_attempt <= $1", Server.Clock.GetUtcNow()))! == 0, "the reminder");
        var reminder = Assert.Single(await Mailbox.MailsAsync(AddressOf(reminded)), mail => mail.Subject == "A recovery of your account is waiting");
        await UseAsync(MailboxServer.LinkIn(reminder, Paths.DisavowPage), "disavow");

        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(stopped)), mail => mail.Subject == "A recovery of your account is waiting");
        Assert.DoesNotContain(link[^43..], reminder.Text, StringComparison.Ordinal);
        using var browser = Server.Browser();
        Server.Clock.Move(TimeSpan.FromHours(12));
        await AssertEndedAsync(await browser.GetAsync(link));
    }

    [Fact]
    public async Task A_new_password_takes_the_reminder_back_with_the_recovery()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        await AskAsync(person);

        await SecurityTestActs.ChangePasswordAsync(Server, person.Id, null, NewPassword);

        Assert.Null(await Recovery.PendingAsync(person.Id, CancellationToken.None));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails m JOIN tokens t ON m.id = 'recovery-' || t.id WHERE t.user_id = $1", person.Id));
    }

    [Fact]
    public async Task MF_11_Of_a_recovery_and_a_sign_in_at_the_same_time_one_comes_first_and_ends_the_other()
    {
        for (var round = 0; round < 4; round++)
        {
            var person = await TestPerson.AddAsync(Server, withApp: true);
            var token = (await AskAsync(person))[^43..];
            Server.Clock.Move(TimeSpan.FromHours(25));
            var signIns = new List<(HttpContext Context, PendingSignIn Pending)>();
            for (var i = 0; i < 5; i++) signIns.Add(await BeginSignInAsync(person));
            var code = Server.Apps.Code(person.Name);

            var entered = signIns.Select(one => Task.Run(async () =>
                await Server.Services.GetRequiredService<SecondFactors>().CodeAsync(one.Context, one.Pending, code, TrustDevice.No, CancellationToken.None) is SignInResult.Succeeded)).ToList();
            var recovered = Enumerable.Range(0, 45).Select(_ => Task.Run(async () => await Recovery.CompleteAsync(Visitor.Stranger(), token, CancellationToken.None) is LinkResult.Done)).ToList();
            await Task.WhenAll([.. entered, .. recovered]);

            var isRecovered = recovered.Count(one => one.Result);
            Assert.Equal(1, isRecovered + entered.Count(one => one.Result));
            Assert.Equal(1L - isRecovered, await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id));
        }
    }

    private async Task<(HttpContext Context, PendingSignIn Pending)> BeginSignInAsync(TestPerson person)
    {
        var context = Visitor.Stranger();
        var begun = await Server.Services.GetRequiredService<SignIn>().PasswordAsync(context, person.Name, TestData.Password, AuthenticationLevels.Password, CancellationToken.None);
        return (context, (await Server.Services.GetRequiredService<PendingSignIns>().FindAsync(Assert.IsType<SignInResult.FactorNeeded>(begun).Handle, context, CancellationToken.None))!);
    }

    // The path of the link that removes the factors.
    private async Task<string> AskAsync(TestPerson person)
    {
        var (context, pending) = await BeginSignInAsync(person);
        Assert.IsType<LinkResult.Done>(await Recovery.BeginAsync(context, pending, CancellationToken.None));
        return MailboxServer.LinkIn((await Mailbox.MailsAsync(AddressOf(person))).Single(mail => mail.Subject == "Recovery of your account"), Paths.RecoverFactorsPage);
    }

    private async Task AssertDeadAsync(TestPerson person, string link)
    {
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "The recovery of your account was stopped");
        Server.Clock.Move(TimeSpan.FromHours(25));
        using var browser = Server.Browser();
        await AssertEndedAsync(await browser.GetAsync(link));
        Assert.IsType<LinkResult.Ended>(await Recovery.CompleteAsync(Visitor.Stranger(), link[^43..], CancellationToken.None));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", person.Id));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync(Paths.AccountPage)).StatusCode);
    }
}

public sealed class RecoveryTestsOnSqlite(SqliteMailboxServer server) : RecoveryTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class RecoveryTestsOnPostgreSql(PostgreSqlMailboxServer server) : RecoveryTests(server), IClassFixture<PostgreSqlMailboxServer>;
