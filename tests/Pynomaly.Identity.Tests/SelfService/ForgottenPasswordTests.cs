using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Case UE-02 by structure: the request that asks for a new password does not know whose it is; that is looked up later, once, and survives crashes (F-33). Nothing here happens by itself: the jobs are stopped.</summary>
public abstract class ForgottenPasswordTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task UE_02_The_request_writes_one_row_and_knows_nobody()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        var marks = await MarksAsync();

        await AskResetAsync(person.Name);
        var afterKnown = await MarksAsync();
        await AskResetAsync(new string('x', person.Name.Length));
        var afterUnknown = await MarksAsync();

        Assert.Equal(marks with { Wishes = marks.Wishes + 1 }, afterKnown);
        Assert.Equal(marks with { Wishes = marks.Wishes + 2 }, afterUnknown);
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(DISTINCT length(content)) FROM outgoing_mails WHERE kind = 'PasswordWish'"));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails WHERE content LIKE $1", $"%{person.Name}%"));

        await DrainAsync();

        Assert.Equal(1L, await LinksAsync(person));
        Assert.Equal(1L, await EntriesAsync(person));
        Assert.Equal(0L, (await MarksAsync()).Wishes);
        Assert.Single(await Mailbox.MailsAsync(AddressOf(person)));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'PasswordResetAsked' AND user_id = $1 AND correlation_id IS NOT NULL", person.Id));
    }

    [Fact]
    public async Task The_worker_that_sends_mails_leaves_a_wish_alone()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        await AskResetAsync(person.Name);

        await Delivery(0).SendDueAsync(CancellationToken.None);

        Assert.Equal(1L, (await MarksAsync()).Wishes);
        await DrainAsync();
        Assert.Single(await Mailbox.MailsAsync(AddressOf(person)));
    }

    [Fact]
    public async Task DO_09_Beyond_three_an_hour_no_link_is_made_and_the_trail_has_them_all()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        for (var i = 0; i < 6; i++) await AskResetAsync(person.Name);

        await DrainAsync();

        Assert.Equal(3L, await LinksAsync(person));
        Assert.Equal(6L, await EntriesAsync(person));
        Assert.Equal(3, (await Mailbox.MailsAsync(AddressOf(person))).Length);
    }

    [Fact]
    public async Task F_33_Two_nodes_that_look_at_the_same_time_answer_each_of_fifty_wishes_once()
    {
        if (Server.Nodes == 1) await Server.StartNodeAsync();
        await BeginAsync();
        var people = new List<TestPerson>();
        for (var i = 0; i < 50; i++) people.Add(await TestPerson.AddAsync(Server));
        foreach (var person in people) await AskResetAsync(person.Name);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Wishes(i % 2).AnswerDueAsync(CancellationToken.None)));

        foreach (var person in people)
        {
            Assert.Equal(1L, await LinksAsync(person));
            Assert.Equal(1L, await EntriesAsync(person));
        }

        await DrainAsync();
        foreach (var person in people) Assert.Single(await Mailbox.MailsAsync(AddressOf(person)));
    }

    [Fact]
    public async Task F_33_A_node_that_goes_between_asking_looking_up_and_sending_leaves_one_link_that_works()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        await AskResetAsync(person.Name);
        await Server.RestartAsync();
        await StopJobsAsync();
        await Wishes(0).AnswerDueAsync(CancellationToken.None); // looked up, not sent

        await Server.RestartAsync(); // and sent by the job of the node that starts
        Server.Clock.Move(TimeSpan.FromMinutes(6)); // also where the job of the node before had taken it and was stopped
        var link = await Mailbox.LinkAsync(AddressOf(person), Paths.ResetPage);

        Assert.Single(await Mailbox.MailsAsync(AddressOf(person)));
        Assert.Equal(1L, await LinksAsync(person));
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(link, "set-password", ("password", NewPassword))).StatusCode);
    }

    [Fact]
    public async Task F_33_A_wish_that_nobody_answered_for_too_long_is_entered_and_sends_nothing()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        await AskResetAsync(person.Name);
        Server.Clock.Move(TimeSpan.FromMinutes(15));

        await DrainAsync();

        Assert.Equal(0L, await LinksAsync(person));
        Assert.Equal(1L, await EntriesAsync(person));
        Assert.Empty(await Mailbox.MailsAsync(AddressOf(person)));
    }

    [Fact]
    public async Task A_wish_that_cannot_be_read_is_put_off_and_the_others_are_answered()
    {
        await BeginAsync();
        var person = await TestPerson.AddAsync(Server);
        var id = $"broken-{Guid.NewGuid():N}";
        var now = Server.Clock.GetUtcNow();
        await ExecuteAsync("INSERT INTO outgoing_mails (id, kind, content, created, expires, next_attempt, attempts) VALUES ($1, 'PasswordWish', 'x', $2, $2, $3, 0)", id, now, now.AddMinutes(-1));
        await AskResetAsync(person.Name);

        await Wishes(0).AnswerDueAsync(CancellationToken.None);

        Assert.Equal(1L, await LinksAsync(person));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails WHERE id = $1 AND next_attempt > $2", id, Server.Clock.GetUtcNow()));
        Assert.Contains(Server.Logs.Lines, line => line.Contains(" 9312 ", StringComparison.Ordinal));
        await ExecuteAsync("DELETE FROM outgoing_mails WHERE id = $1", id);
    }

    private ForgottenPassword Wishes(int node) => Server.ServicesOf(node).GetRequiredService<ForgottenPassword>();

    private MailDelivery Delivery(int node) => Server.ServicesOf(node).GetRequiredService<MailDelivery>();

    private async Task BeginAsync()
    {
        await StopJobsAsync();
        await ExecuteAsync("DELETE FROM outgoing_mails"); // what another test left; one that was on its way when its job was stopped would be due again later by a clock that stands
    }

    private async Task StopJobsAsync()
    {
        for (var node = 0; node < Server.Nodes; node++)
        {
            await Wishes(node).StopAsync(CancellationToken.None);
            await Delivery(node).StopAsync(CancellationToken.None);
        }
    }

    private async Task DrainAsync()
    {
        while (await Wishes(0).AnswerDueAsync(CancellationToken.None) > 0) { }
        while (await Delivery(0).SendDueAsync(CancellationToken.None) > 0) { }
    }

    private async Task<long> LinksAsync(TestPerson person) => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND kind = 'password_reset'", person.Id))!;

    private async Task<long> EntriesAsync(TestPerson person) => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name = 'PasswordResetAsked'", person.Id))!;

    private async Task<Marks> MarksAsync() => new(await CountAsync("outgoing_mails WHERE kind = 'PasswordWish'"), await CountAsync("outgoing_mails WHERE kind <> 'PasswordWish'"), await CountAsync("tokens"),
        await CountAsync("audit_events WHERE name = 'PasswordResetAsked'"));

    private async Task<long> CountAsync(string what) => (long)(await Server.ScalarAsync($"SELECT COUNT(*) FROM {what}"))!;

    private sealed record Marks(long Wishes, long Mails, long Tokens, long Entries);
}

public sealed class ForgottenPasswordTestsOnSqlite(SqliteMailboxServer server) : ForgottenPasswordTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class ForgottenPasswordTestsOnPostgreSql(PostgreSqlMailboxServer server) : ForgottenPasswordTests(server), IClassFixture<PostgreSqlMailboxServer>;
