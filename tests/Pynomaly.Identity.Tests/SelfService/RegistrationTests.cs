using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Accounts that people make themselves, and invitations (cases UE-03, PW-10, XS-07, DO-09).</summary>
public abstract class RegistrationTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task An_account_exists_when_the_link_is_used_and_not_before()
    {
        var address = NewAddress();
        using var browser = Server.Browser();
        await SignUpAsync(browser, address);
        Assert.Equal("sign-in", await SignInAsync(address, NewPassword));

        var done = await browser.FollowAsync(await UseAsync(browser, await Mailbox.LinkAsync(address, Paths.VerifyEmailPage), "verify-email"));

        Assert.Contains("Your address is confirmed", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("account", await SignInAsync(address, NewPassword));
        Assert.Equal("viewer", await Server.ScalarAsync("SELECT r.name FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id WHERE u.email = $1", address));
    }

    [Fact]
    public async Task UE_03_A_new_address_and_one_with_an_account_are_answered_the_same_and_the_owner_is_told()
    {
        var person = await TestPerson.AddAsync(Server);
        var address = NewAddress();
        using var first = Server.Browser();
        using var second = Server.Browser();

        var taken = await SignUpAsync(first, AddressOf(person).ToUpperInvariant());
        var free = await SignUpAsync(second, address);
        var told = Assert.Single(await Mailbox.MailsAsync(AddressOf(person).ToUpperInvariant()));

        Assert.Equal(Shape(free), Shape(taken));
        Assert.Equal("You already have an account", told.Subject);
        Assert.DoesNotContain("token=", told.Text, StringComparison.Ordinal);
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1", person.Id));
    }

    [Fact]
    public async Task In_another_browser_the_password_is_asked_for_so_that_nobody_confirms_a_strangers_account()
    {
        var address = NewAddress();
        using var attacker = Server.Browser();
        using var owner = Server.Browser();
        await SignUpAsync(attacker, address);
        var link = await Mailbox.LinkAsync(address, Paths.VerifyEmailPage);

        var pressed = await UseAsync(owner, link, "verify-email");
        var guessed = await UseAsync(owner, link, "verify-email", ("password", TestData.Password));
        var known = await UseAsync(owner, link, "verify-email", ("password", NewPassword));

        Assert.Equal(HttpStatusCode.BadRequest, pressed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, guessed.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, known.StatusCode);
    }

    [Fact]
    public async Task Of_fifty_uses_of_a_link_at_the_same_time_one_makes_the_account()
    {
        var address = NewAddress();
        using var browser = Server.Browser();
        await SignUpAsync(browser, address);
        var page = await browser.GetAsync(await Mailbox.LinkAsync(address, Paths.VerifyEmailPage));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => browser.SubmitAsync(page, "verify-email")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE email = $1", address));
    }

    [Theory]
    [InlineData("\u0438\u0432\u0430\u043d", HttpStatusCode.SeeOther)] // a Russian's name at a Latin domain
    [InlineData("\u0430dmin", HttpStatusCode.BadRequest)] // a Cyrillic letter among Latin ones
    public async Task A_person_of_any_script_signs_up_and_nobody_by_an_address_that_deceives(string name, HttpStatusCode status)
    {
        using var browser = Server.Browser();
        using var invited = Server.Browser();
        var address = $"{name}@d{Guid.NewGuid():N}.example.org";

        Assert.Equal(status, (await SignUpAsync(browser, address)).StatusCode);
        if (status == HttpStatusCode.BadRequest)
        {
            await Assert.ThrowsAsync<AdministrationException>(() => Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], CancellationToken.None));
            return;
        }

        var link = new Uri(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], CancellationToken.None)).PathAndQuery;
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(invited, link, "accept-invitation", ("username", address), ("password", NewPassword))).StatusCode);
    }

    [Fact]
    public async Task A_link_is_dead_after_15_minutes_and_makes_nothing()
    {
        var address = NewAddress();
        using var browser = Server.Browser();
        await SignUpAsync(browser, address);
        var page = await browser.GetAsync(await Mailbox.LinkAsync(address, Paths.VerifyEmailPage));

        Server.Clock.Move(TimeSpan.FromMinutes(15));

        await AssertEndedAsync(await browser.SubmitAsync(page, "verify-email"));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE email = $1", address));
    }

    [Theory]
    [InlineData("a@b\r\nBcc: eve@evil.test")]
    [InlineData("a@b\nc@d.test")]
    [InlineData("nobody")]
    [InlineData("Eve <eve@evil.test>")]
    public async Task XS_07_What_is_no_address_is_refused_with_400(string address)
    {
        using var browser = Server.Browser();

        var response = await SignUpAsync(browser, address);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("This is not an e-mail address", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password123")]
    [InlineData("7 chars")]
    public async Task PW_10_A_bad_password_is_refused_before_anything_is_sent(string password)
    {
        var address = NewAddress();
        using var browser = Server.Browser();

        var response = await SignUpAsync(browser, address, password);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(await Mailbox.MailsAsync(address));
    }

    [Fact]
    public async Task DO_09_A_strangers_address_gets_three_mails_an_hour()
    {
        var address = NewAddress();
        for (var i = 0; i < 5; i++)
        {
            using var browser = Server.Browser();
            Assert.Equal(HttpStatusCode.SeeOther, (await SignUpAsync(browser, address)).StatusCode);
        }

        Assert.Equal(3, (await Mailbox.MailsAsync(address)).Length);
    }

    [Fact]
    public async Task An_invitation_makes_an_account_with_its_roles_once_and_signs_its_person_in()
    {
        var address = NewAddress();
        var link = new Uri(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, ["analyst"], CancellationToken.None)).PathAndQuery;
        using var browser = Server.Browser();
        var name = $"n-{Guid.NewGuid():N}";

        var page = await browser.GetAsync(link);
        var accepted = await browser.FollowAsync(await browser.SubmitAsync(page, "accept-invitation", ("username", name), ("password", NewPassword)));
        var again = await browser.SubmitAsync(page, "accept-invitation", ("username", $"{name}2"), ("password", NewPassword));

        Assert.Equal("account", await CodeFlow.PageOfAsync(accepted));
        Assert.Equal("analyst", await Server.ScalarAsync("SELECT r.name FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id WHERE u.user_name = $1", name));
        Assert.Equal(link, await Mailbox.LinkAsync(address, Paths.InvitationPage));
        await AssertEndedAsync(again);
    }

    [Fact]
    public async Task An_invited_administrator_has_to_add_a_second_factor_first()
    {
        var link = new Uri(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, NewAddress(), ["admin"], CancellationToken.None)).PathAndQuery;
        using var browser = Server.Browser();

        var accepted = await UseAsync(browser, link, "accept-invitation", ("username", $"n-{Guid.NewGuid():N}"), ("password", NewPassword));

        Assert.StartsWith(Paths.EnrolPage, accepted.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task Of_fifty_people_with_one_invitation_one_gets_in()
    {
        var address = NewAddress();
        var link = new Uri(await Server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], CancellationToken.None)).PathAndQuery;
        using var browser = Server.Browser();
        var page = await browser.GetAsync(link);
        var name = Guid.NewGuid().ToString("N");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => browser.SubmitAsync(page, "accept-invitation", ("username", $"{name}{i}"), ("password", NewPassword))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE email = $1", address));
    }

    [Fact]
    public async Task An_invitation_names_roles_that_exist_and_an_address_that_is_free()
    {
        var person = await TestPerson.AddAsync(Server);
        var registry = Server.Services.GetRequiredService<AccountRegistry>();

        await Assert.ThrowsAsync<AdministrationException>(() => registry.InviteAsync(Operator.CommandLine, AddressOf(person), [], CancellationToken.None));
        await Assert.ThrowsAsync<AdministrationException>(() => registry.InviteAsync(Operator.CommandLine, NewAddress(), ["emperor"], CancellationToken.None));
        await Assert.ThrowsAsync<AdministrationException>(() => registry.InviteAsync(Operator.CommandLine, "a@b\r\nc@d", [], CancellationToken.None));
    }

    private static string NewAddress() => $"a-{Guid.NewGuid():N}@example.org";

    private static async Task<HttpResponseMessage> SignUpAsync(Browser browser, string address, string password = NewPassword) =>
        await browser.SubmitAsync(await browser.GetAsync(Paths.SignUpPage), "sign-up", ("email", address), ("password", password));
}

public sealed class RegistrationTestsOnSqlite(SqliteMailboxServer server) : RegistrationTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class RegistrationTestsOnPostgreSql(PostgreSqlMailboxServer server) : RegistrationTests(server), IClassFixture<PostgreSqlMailboxServer>;
