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

/// <summary>One link, one address, fifty at once on two nodes: one wins, and what it does is done once (cases PW-11 and MF-11 for the other links).</summary>
public abstract class LinkRaceTests(MailboxServer server) : MailSuite(server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task PW_11_Of_fifty_uses_of_a_link_to_a_new_address_one_changes_it()
    {
        var person = await TestPerson.AddAsync(Server);
        var next = $"new-{person.Name}@example.org";
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await Server.Services.GetRequiredService<EmailChange>().BeginAsync(context, session, next, None);
        var token = TokenOf(await Mailbox.LinkAsync(next, Paths.VerifyEmailPage));

        var changed = await RaceAsync(services => services.GetRequiredService<EmailChange>().CompleteAsync(token, Of(services, session), None));

        Assert.Equal(1, changed.Count(one => one));
        Assert.Equal(next, await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
        Assert.Equal(1L, await EventsAsync(person, "EmailChanged"));
        Assert.Single(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your e-mail address was changed");
    }

    [Fact]
    public async Task PW_11_Of_fifty_uses_of_a_link_that_proves_an_address_one_proves_it()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await Server.Services.GetRequiredService<EmailVerification>().BeginAsync(context, session, None);
        var token = TokenOf(await Mailbox.LinkAsync(AddressOf(person), Paths.VerifyEmailPage));

        var answers = await RaceAsync(services => services.GetRequiredService<EmailVerification>().CompleteAsync(Of(services), token, None));

        Assert.Single(answers.OfType<LinkResult.Done>());
        Assert.Equal(49, answers.OfType<LinkResult.Ended>().Count());
        Assert.Equal(1L, await EventsAsync(person, "EmailVerified"));
    }

    [Fact]
    public async Task A_link_that_proves_an_address_proves_no_later_one()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id);
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        await Server.Services.GetRequiredService<EmailVerification>().BeginAsync(context, session, None);
        var link = await Mailbox.LinkAsync(AddressOf(person), Paths.VerifyEmailPage);
        await ExecuteAsync("UPDATE users SET email = $1 WHERE id = $2", $"later-{person.Name}@example.org", person.Id); // as an administrator's file does

        await AssertEndedAsync(await UseAsync(link, "verify-email"));

        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND email_confirmed = $2", person.Id, false));
    }

    [Fact]
    public async Task MF_11_Of_fifty_uses_of_a_link_that_takes_lost_factors_away_one_does()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var pending = new PendingSignIn { Handle = Secrets.Create(), UserId = person.Id, Amr = [AuthenticationMethods.Password], AuthTime = Server.Clock.GetUtcNow(), Level = AuthenticationLevels.TwoFactors };
        Assert.IsType<LinkResult.Done>(await Server.Services.GetRequiredService<FactorRecovery>().BeginAsync(Visitor.Stranger(), pending, None));
        var token = TokenOf(await Mailbox.LinkAsync(AddressOf(person), Paths.RecoverFactorsPage));
        Server.Clock.Move(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        var early = await RaceAsync(services => services.GetRequiredService<FactorRecovery>().CompleteAsync(Of(services), token, None));
        Server.Clock.Move(TimeSpan.FromSeconds(1));

        var answers = await RaceAsync(services => services.GetRequiredService<FactorRecovery>().CompleteAsync(Of(services), token, None));

        Assert.All(early, answer => Assert.IsType<LinkResult.Ended>(answer));
        Assert.Single(answers.OfType<LinkResult.Done>());
        Assert.Equal(1L, await EventsAsync(person, "FactorsReset"));
        Assert.Single(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your second factors were removed");
    }

    [Fact]
    public async Task Of_fifty_who_prove_one_address_at_once_by_three_ways_one_account_has_it()
    {
        var address = $"a-{Guid.NewGuid():N}@example.org";
        var visitor = Visitor.Stranger();
        await Server.Services.GetRequiredService<Registration>().RequestAsync(visitor, address, NewPassword, None);
        var signUp = TokenOf(await Mailbox.LinkAsync(address, Paths.VerifyEmailPage));
        var invitation = TokenOf(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], None));
        List<Func<IServiceProvider, Task<bool>>> ways =
        [
            async services => await services.GetRequiredService<Registration>().CompleteAsync(visitor, signUp, null, None) is LinkResult.Done,
            async services => (await services.GetRequiredService<Invitations>().AcceptAsync(Visitor.Stranger(), invitation, null, NewPassword, None)).Result is LinkResult.Done,
        ];
        for (var i = 0; i < 48; i++)
        {
            var (_, session) = await SecurityTestActs.SessionAsync(Server, (await TestPerson.AddAsync(Server)).Id);
            var token = await LinkToAsync(session.UserId, address);
            ways.Add(services => services.GetRequiredService<EmailChange>().CompleteAsync(token, Of(services, session), None));
        }

        var won = await RaceAsync((services, i) => ways[i](services));

        Assert.Equal(1, won.Count(one => one));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE normalized_email = $1 OR normalized_user_name = $1", AccountNames.Normalize(address)));
    }

    private static string TokenOf(string link) => link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];

    private static DefaultHttpContext Of(IServiceProvider services, Session? session = null) => new() { RequestServices = services, Items = { [typeof(Session)] = session } };

    private Task<T[]> RaceAsync<T>(Func<IServiceProvider, Task<T>> use) => RaceAsync((services, _) => use(services));

    private async Task<T[]> RaceAsync<T>(Func<IServiceProvider, int, Task<T>> use)
    {
        if (Server.Nodes < 2) await Server.StartNodeAsync();
        return await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => use(Server.ServicesOf(i % 2), i))));
    }

    // The link that a mail would bring; more of them than an address gets in an hour.
    private async Task<string> LinkToAsync(string userId, string address) => TokenOf(await Server.Services.GetRequiredService<Database>().WriteAsync(async (sql, stop) =>
    {
        var payload = new LinkPayload { Email = address, Stamp = await AccountStamp.ReadAsync(sql, userId, stop) };
        return await Server.Services.GetRequiredService<Links>().AddAsync(sql, TokenKinds.EmailChange, Paths.VerifyEmailPage, userId, payload, TimeSpan.FromMinutes(15), stop);
    }, None));

    private async Task<long> EventsAsync(TestPerson person, string name) => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name = $2", person.Id, name))!;
}

public sealed class LinkRaceTestsOnSqlite(SqliteMailboxServer server) : LinkRaceTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class LinkRaceTestsOnPostgreSql(PostgreSqlMailboxServer server) : LinkRaceTests(server), IClassFixture<PostgreSqlMailboxServer>;
