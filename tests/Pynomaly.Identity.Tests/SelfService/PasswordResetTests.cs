using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The forgotten password (cases UE-02, PW-10, PW-11, PW-14, DO-09, LK-06).</summary>
public abstract class PasswordResetTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task UE_02_Known_unknown_disabled_unproven_and_without_address_are_answered_the_same_and_one_gets_mail()
    {
        var known = await TestPerson.AddAsync(Server);
        var disabled = await TestPerson.AddAsync(Server);
        var unproven = await TestPerson.AddAsync(Server);
        var without = await TestPerson.AddAsync(Server);
        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, disabled.Id);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, unproven.Id);
        await ExecuteAsync("UPDATE users SET email = NULL, normalized_email = NULL WHERE id = $1", without.Id);

        string[] names = [known.Name, AddressOf(known), "nobody-knows-her", "nobody@example.org", disabled.Name, AddressOf(unproven), without.Name];
        var shapes = new List<string>();
        foreach (var name in names) shapes.Add(Shape(await AskResetAsync(name)));

        Assert.Single(shapes.Distinct());
        Assert.Equal(2, (await Mailbox.MailsAsync(AddressOf(known))).Length);
        foreach (var name in new[] { AddressOf(disabled), AddressOf(unproven), "nobody@example.org", "nobody@localhost" }) Assert.Empty(await Mailbox.MailsAsync(name));
    }

    [Fact]
    public async Task A_link_sets_a_new_password_and_signs_nobody_in()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();

        var done = await browser.FollowAsync(await UseAsync(browser, await ResetLinkAsync(person), "set-password", ("password", NewPassword)));

        Assert.Contains("Your password is set", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
        Assert.Equal("sign-in", await SignInAsync(person.Name, TestData.Password));
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your password was changed");
    }

    [Fact]
    public async Task Opening_a_link_as_a_mail_scanner_does_changes_nothing()
    {
        var person = await TestPerson.AddAsync(Server);
        var link = await ResetLinkAsync(person);
        using var scanner = Server.Machine();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await scanner.GetAsync(link)).StatusCode);

        var response = await UseAsync(link, "set-password", ("password", NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("no-referrer", (await scanner.GetAsync(link)).Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task PW_11_A_link_works_once_of_fifty_at_the_same_time()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(await ResetLinkAsync(person));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => browser.SubmitAsync(page, "set-password", ("password", $"{NewPassword} {i}"))));
        var again = await browser.SubmitAsync(page, "set-password", ("password", NewPassword));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.SeeOther), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task PW_11_A_link_is_dead_after_15_minutes()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(await ResetLinkAsync(person));

        Server.Clock.Move(TimeSpan.FromMinutes(15));

        await AssertEndedAsync(await browser.SubmitAsync(page, "set-password", ("password", NewPassword)));
        await AssertEndedAsync(await browser.GetAsync(page.RequestMessage!.RequestUri!.PathAndQuery));
    }

    [Fact]
    public async Task PW_11_The_other_links_of_a_person_die_with_the_one_that_was_used()
    {
        var person = await TestPerson.AddAsync(Server);
        var first = await ResetLinkAsync(person);
        var second = await ResetLinkAsync(person);
        Assert.NotEqual(first, second);

        await UseAsync(first, "set-password", ("password", NewPassword));

        using var browser = Server.Browser();
        await AssertEndedAsync(await browser.GetAsync(second));
    }

    [Fact]
    public async Task PW_11_A_link_is_dead_after_a_change_of_the_password()
    {
        var person = await TestPerson.AddAsync(Server);
        var link = await ResetLinkAsync(person);
        using var browser = Server.Browser();
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);

        await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword);

        await AssertEndedAsync(await browser.GetAsync(link));
    }

    [Fact]
    public async Task PW_11_A_link_is_dead_after_a_change_of_the_address()
    {
        var person = await TestPerson.AddAsync(Server);
        var link = await ResetLinkAsync(person);

        await SecurityTestActs.ChangeEmailAsync(Mailbox, person, $"new-{person.Name}@example.org");

        using var browser = Server.Browser();
        await AssertEndedAsync(await browser.GetAsync(link));
    }

    [Fact]
    public async Task PW_11_A_link_is_one_persons_whatever_the_form_says()
    {
        var mine = await TestPerson.AddAsync(Server);
        var theirs = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(await ResetLinkAsync(mine));
        var token = System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"").Groups[1].Value;

        await browser.PostAsync(page.RequestMessage!.RequestUri!.PathAndQuery, ("__RequestVerificationToken", token), ("password", NewPassword), ("username", theirs.Name), ("userid", theirs.Id), ("email", AddressOf(theirs)));

        Assert.Equal("account", await SignInAsync(mine.Name, NewPassword));
        Assert.Equal("account", await SignInAsync(theirs.Name, TestData.Password));
    }

    [Fact]
    public async Task PW_11_Sessions_grants_and_trust_end_and_the_second_factor_is_asked_for_still()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        using var machine = Server.Machine();
        var grant = await Server.GrantAsync(user: person.Name);
        using var tokens = await (await machine.RedeemAsync(grant)).Content.ReadAsStreamAsync();
        var refresh = System.Text.Json.JsonDocument.Parse(tokens).RootElement.GetProperty("refresh_token").GetString();

        await UseAsync(await ResetLinkAsync(person), "set-password", ("password", NewPassword));

        Assert.False(await IsSignedInAsync(grant.Browser));
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.TokenAsync(TestData.Web, ("grant_type", "refresh_token"), ("refresh_token", refresh))).StatusCode);
        Assert.Equal("second-factor", await SignInAsync(person.Name, NewPassword));
    }

    [Theory]
    [InlineData("password1")]
    [InlineData("qwertyuiop")]
    [InlineData("Pynomaly2026")]
    [InlineData("short")]
    public async Task PW_10_A_password_that_attackers_try_first_is_refused_with_the_reason_and_the_link_lives(string password)
    {
        var person = await TestPerson.AddAsync(Server);
        var link = await ResetLinkAsync(person);

        var refused = await UseAsync(link, "set-password", ("password", password));
        var own = await UseAsync(link, "set-password", ("password", $"{person.Name}!"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("field-error", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, own.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(link, "set-password", ("password", NewPassword))).StatusCode);
    }

    [Fact]
    public async Task DO_09_An_address_gets_three_mails_an_hour_and_nobody_is_told()
    {
        var person = await TestPerson.AddAsync(Server);
        var shapes = new List<string>();
        for (var i = 0; i < 6; i++) shapes.Add(Shape(await AskResetAsync(i % 2 == 0 ? person.Name : AddressOf(person))));
        var before = await Mailbox.MailsAsync(AddressOf(person));

        Server.Clock.Move(TimeSpan.FromMinutes(61));
        await AskResetAsync(person.Name);

        Assert.Single(shapes.Distinct());
        Assert.Equal(3, before.Length);
        Assert.Equal(4, (await Mailbox.MailsAsync(AddressOf(person))).Length);
    }

    [Fact]
    public async Task PW_14_An_administrator_hands_over_a_link_and_sets_no_password()
    {
        var person = await TestPerson.AddAsync(Server);

        var link = await Server.Services.GetRequiredService<AccountRegistry>().ResetPasswordAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, CancellationToken.None);
        var used = await UseAsync(new Uri(link!).PathAndQuery, "set-password", ("password", NewPassword));

        Assert.Equal(HttpStatusCode.SeeOther, used.StatusCode);
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
        Assert.DoesNotContain(((Type[])[typeof(UserAdministration), typeof(AccountRegistry), typeof(NewPerson), typeof(PersonChange)]).SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()), parameter => parameter.Name!.Contains("password", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task LK_06_The_secret_of_a_link_is_nowhere_in_the_database_or_the_log()
    {
        var person = await TestPerson.AddAsync(Server);
        var link = await ResetLinkAsync(person);
        var secret = link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..];
        Assert.Equal(43, secret.Length);

        foreach (var column in new[] { "id", "payload", "client_id", "authorization_id" })
            Assert.Equal(0L, await Server.ScalarAsync($"SELECT COUNT(*) FROM tokens WHERE {column} LIKE $1", $"%{secret}%"));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE detail LIKE $1", $"%{secret}%"));
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("Pynomaly", StringComparison.Ordinal) && line.Contains(secret, StringComparison.Ordinal));
    }
}

public sealed class PasswordResetTestsOnSqlite(SqliteMailboxServer server) : PasswordResetTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class PasswordResetTestsOnPostgreSql(PostgreSqlMailboxServer server) : PasswordResetTests(server), IClassFixture<PostgreSqlMailboxServer>;
