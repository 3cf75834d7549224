using System.Net;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Links that operators make: they reach the person's mailbox and not the operator, or are handed over.</summary>
public abstract class LinkDeliveryTests(MailboxServer server) : ServerSuite(server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private AccountRegistry Registry => (AccountRegistry)Server.Services.GetService(typeof(AccountRegistry))!;

    [Fact]
    public async Task A_link_that_is_sent_is_seen_by_its_person_only_and_works()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var address = $"{person.Name}@example.org";

        Assert.Null(await Registry.ResetPasswordAsync(Operator.CommandLine, person.Id, LinkDelivery.Mail, Stop));
        Assert.Null(await Registry.ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Mail, Stop));

        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().GetAsync(await server.LinkAsync(address, Paths.RecoverFactorsPage), Stop)).StatusCode);
        var mails = (await server.MailsAsync(address)).OrderBy(mail => mail.Subject, StringComparer.Ordinal).ToArray();
        Assert.Equal(["Choose a new password", "Remove your lost second factors"], mails.Select(mail => mail.Subject));
        Assert.Contains(Paths.DisavowPage, mails[1].Text, StringComparison.Ordinal); // "this was not me"
        using var browser = Server.Browser();
        var page = await browser.FollowAsync(await browser.GetAsync(MailboxServer.LinkIn(mails[0], Paths.ResetPage)));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(page, "set-password", ("password", "nine quiet otters drift"))).StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_not_proven_gets_no_link()
    {
        var person = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id);

        foreach (var reset in (Func<Task<string?>>[])[() => Registry.ResetPasswordAsync(Operator.CommandLine, person.Id, LinkDelivery.Mail, Stop), () => Registry.ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Mail, Stop)])
            Assert.Equal(AdministrationProblem.Conflict, (await Assert.ThrowsAsync<AdministrationException>(reset)).Problem);
        Assert.Empty(await server.MailsAsync($"{person.Name}@example.org"));
    }

    [Fact]
    public async Task A_new_person_is_welcomed_by_name_with_the_link_that_the_operator_sees_too()
    {
        var name = $"n-{Guid.NewGuid():N}";

        var made = await Registry.CreateAsync(Operator.CommandLine, new NewPerson { UserName = name, Email = $"{name}@example.org" }, Stop);

        var mail = Assert.Single(await server.MailsAsync($"{name}@example.org"));
        Assert.Contains(name, mail.Text, StringComparison.Ordinal);
        Assert.Equal(new Uri(made.Link).PathAndQuery, MailboxServer.LinkIn(mail, Paths.ResetPage));
    }

    [Fact]
    public async Task AD_05_the_old_address_hears_of_a_new_one_and_links_to_the_old_one_open_nothing()
    {
        var person = await TestPerson.AddAsync(Server);
        var old = $"{person.Name}@example.org";
        var link = new Uri((await Registry.ResetPasswordAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, Stop))!).PathAndQuery;

        await Registry.ChangeAsync(Operator.CommandLine, person.Id, new PersonChange { Email = $"new-{old}" }, null, Stop);

        Assert.Contains(await server.MailsAsync(old), mail => mail.Text.Contains($"new-{old}", StringComparison.Ordinal) || mail.Subject.Contains("address", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(await server.MailsAsync(old), mail => mail.Text.Contains(Paths.DisavowPage, StringComparison.Ordinal)); // who holds the old mailbox does not undo what an operator did
        var page = await Server.Machine().GetAsync(link, Stop);
        Assert.DoesNotContain("set-password", await page.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }
}

/// <summary>On SQLite.</summary>
public sealed class LinkDeliveryTestsOnSqlite(SqliteMailboxServer server) : LinkDeliveryTests(server), IClassFixture<SqliteMailboxServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class LinkDeliveryTestsOnPostgreSql(PostgreSqlMailboxServer server) : LinkDeliveryTests(server), IClassFixture<PostgreSqlMailboxServer>;
