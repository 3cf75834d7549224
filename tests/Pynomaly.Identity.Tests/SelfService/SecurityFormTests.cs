using System.Net;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The forms of the account that change the password and the address (cases PW-12, PW-14, UE-05, SE-03, SE-11).</summary>
public abstract class SecurityFormTests(MailboxServer server) : MailSuite(server)
{
    [Fact]
    public async Task PW_12_The_form_changes_the_password_by_the_current_one_and_signs_other_browsers_out()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);
        using var other = await Server.SignedInAsync(person);
        var cookie = SessionOf(browser);

        var changed = await ChangeAsync(browser, TestData.Password, NewPassword);

        Assert.Equal((HttpStatusCode.SeeOther, Paths.SecurityPage), (changed.StatusCode, changed.Headers.Location!.OriginalString));
        Assert.True(await IsSignedInAsync(browser));
        Assert.False(await IsSignedInAsync(other));
        Assert.NotEqual(cookie, SessionOf(browser)); // SE-03
        Assert.Equal("sign-in", await SignInAsync(person.Name, TestData.Password));
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your password was changed");
    }

    [Theory]
    [InlineData("", NewPassword, "current-password-error")]
    [InlineData("wrong wrong wrong", NewPassword, "current-password-error")]
    [InlineData(TestData.Password, "", "password-error")]
    [InlineData(TestData.Password, "password1", "password-error")]
    [InlineData(TestData.Password, "short", "password-error")]
    public async Task PW_12_A_form_that_cannot_be_taken_says_so_beside_the_field_and_changes_nothing(string current, string @new, string error)
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);

        var refused = await ChangeAsync(browser, current, @new);

        var html = await refused.Content.ReadAsStringAsync();
        Assert.Contains($"id=\"{error}\"", html, StringComparison.Ordinal);
        if (current.Length > 0) Assert.DoesNotContain(current, html, StringComparison.Ordinal);
        if (@new == NewPassword) Assert.DoesNotContain(@new, html, StringComparison.Ordinal);
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your password was changed");
    }

    [Fact]
    public async Task PW_12_A_form_without_the_current_password_is_refused_however_fresh_the_session()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);
        var html = await (await browser.GetAsync(Paths.PasswordPage)).Content.ReadAsStringAsync();
        var token = System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;

        var refused = await browser.PostAsync(Paths.PasswordPage, ("password", NewPassword), ("__RequestVerificationToken", token));

        Assert.NotEqual(HttpStatusCode.SeeOther, refused.StatusCode);
        Assert.Equal("sign-in", await SignInAsync(person.Name, NewPassword));
    }

    [Fact]
    public async Task An_account_without_a_password_gets_one_by_a_fresh_proof_only()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);
        await ExecuteAsync("UPDATE users SET password_hash = NULL WHERE id = $1", person.Id);
        var page = await browser.GetAsync(Paths.PasswordPage);
        Assert.DoesNotContain("current-password", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await ExecuteAsync("UPDATE sessions SET auth_time = $1 WHERE user_id = $2", Server.Clock.GetUtcNow() - TimeSpan.FromHours(1), person.Id);

        var stale = await browser.SubmitAsync(page, "set-password", ("password", NewPassword));
        await ExecuteAsync("UPDATE sessions SET auth_time = $1 WHERE user_id = $2", Server.Clock.GetUtcNow(), person.Id);
        var fresh = await browser.SubmitAsync(page, "set-password", ("password", NewPassword));

        Assert.StartsWith(Paths.ConfirmPage, stale.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(Paths.SecurityPage, fresh.Headers.Location!.OriginalString);
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
    }

    [Fact]
    public async Task The_form_sends_a_link_that_changes_the_address_and_the_old_one_is_told()
    {
        var person = await TestPerson.AddAsync(Server);
        var next = $"next-{person.Name}@example.org";
        using var browser = await Server.SignedInAsync(person);
        using var other = await Server.SignedInAsync(person);

        var asked = await MoveAsync(browser, next);
        Assert.Equal(AddressOf(person), await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
        var used = await UseAsync(browser, await Mailbox.LinkAsync(next, Paths.VerifyEmailPage), "verify-email");

        Assert.Equal((HttpStatusCode.SeeOther, Paths.SecurityPage), (asked.StatusCode, asked.Headers.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.SeeOther, used.StatusCode);
        Assert.Equal(next, await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
        Assert.True(await IsSignedInAsync(browser));
        Assert.False(await IsSignedInAsync(other));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your e-mail address was changed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a@b\r\nBcc: c@d")]
    public async Task What_is_no_address_is_refused_beside_the_field_and_sends_nothing(string address)
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);

        var refused = await MoveAsync(browser, address);

        Assert.Contains("id=\"email-error\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND kind = $2", person.Id, Pynomaly.Identity.Model.TokenKinds.EmailChange));
    }

    [Fact]
    public async Task PW_14_An_address_needs_a_fresh_proof_before_the_form_and_at_its_submission()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);
        var page = await browser.GetAsync(Paths.EmailPage);
        await ExecuteAsync("UPDATE sessions SET auth_time = $1 WHERE user_id = $2", Server.Clock.GetUtcNow() - TimeSpan.FromHours(1), person.Id);

        var form = await browser.GetAsync(Paths.EmailPage);
        var answer = await browser.SubmitAsync(page, "change-email", ("email", $"late-{person.Name}@example.org"));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        foreach (var sent in new[] { form, answer }) Assert.Equal($"{Paths.ConfirmPage}?return={Uri.EscapeDataString(Paths.EmailPage)}", sent.Headers.Location!.OriginalString);
        Assert.Empty(await Mailbox.MailsAsync($"late-{person.Name}@example.org"));
    }

    [Fact]
    public async Task UE_05_An_address_that_is_taken_is_answered_as_one_that_is_free()
    {
        var (person, owner) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        using var browser = await Server.SignedInAsync(person);

        var free = await MoveAsync(browser, $"free-{person.Name}@example.org");
        var taken = await MoveAsync(browser, AddressOf(owner));

        Assert.Equal(Shape(free), Shape(taken));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(owner)), mail => mail.Subject == "You already have an account");
        Assert.DoesNotContain(await Mailbox.MailsAsync(AddressOf(owner)), mail => mail.Text.Contains(Paths.VerifyEmailPage, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SE_11_A_form_that_names_another_person_changes_nothing_of_theirs()
    {
        var (person, other) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        using var browser = await Server.SignedInAsync(person);
        var html = await (await browser.GetAsync(Paths.PasswordPage)).Content.ReadAsStringAsync();
        var token = System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;

        var changed = await browser.PostAsync(Paths.PasswordPage, ("current", TestData.Password), ("password", NewPassword), ("username", other.Name), ("id", other.Id), ("userid", other.Id),
            ("account.id", other.Id), ("session.userid", other.Id), ("__RequestVerificationToken", token));

        Assert.Equal(HttpStatusCode.SeeOther, changed.StatusCode);
        Assert.Equal("account", await SignInAsync(other.Name, TestData.Password));
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
    }

    private static async Task<HttpResponseMessage> ChangeAsync(Browser browser, string current, string @new) =>
        await browser.SubmitAsync(await browser.GetAsync(Paths.PasswordPage), "set-password", ("current", current), ("password", @new));

    private static async Task<HttpResponseMessage> MoveAsync(Browser browser, string address) =>
        await browser.SubmitAsync(await browser.GetAsync(Paths.EmailPage), "change-email", ("email", address));

    private static string SessionOf(Browser browser) => browser.Cookies.GetAllCookies().Single(cookie => cookie is { Expired: false, Name: "__Host-pyn_session" }).Value;
}

/// <inheritdoc />
public sealed class SecurityFormTestsOnSqlite(SqliteMailboxServer server) : SecurityFormTests(server), IClassFixture<SqliteMailboxServer>;

/// <inheritdoc />
public sealed class SecurityFormTestsOnPostgreSql(PostgreSqlMailboxServer server) : SecurityFormTests(server), IClassFixture<PostgreSqlMailboxServer>;
