using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF: a factor slipped into an account, a sign-in that outlives a change, codes that outlive their factor.</summary>
public abstract partial class FactorAdditionAttacks(TestServer server) : ServerSuite(server)
{
    [Theory]
    [InlineData("pwd")]
    [InlineData("mfa")]
    public async Task MF_06_A_session_that_was_found_open_adds_no_factor_by_a_request_for_a_stronger_sign_in(string wish)
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);
        Server.Clock.Move(TimeSpan.FromMinutes(11));
        var asked = await browser.GetAsync(CodeFlow.Url(TestData.Web, ("prompt", "consent"), ("acr_values", wish)));
        var interaction = System.Web.HttpUtility.ParseQueryString(new Uri(new Uri(TestServer.Issuer), asked.Headers.Location!).Query)["interaction"];
        Assert.NotNull(interaction);

        var answer = await browser.GetAsync($"{Paths.FactorPage}?interaction={interaction}");

        Assert.DoesNotContain(Paths.EnrolPage, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND kind = 'pending_sign_in'", person.Id));
    }

    [Fact]
    public async Task MF_06_A_session_whose_proof_grows_old_on_the_way_adds_no_factor()
    {
        var person = await TestPerson.AddAsync(Server);
        var (_, session) = await SelfService.SecurityTestActs.SessionAsync(Server, person.Id, TimeSpan.FromMinutes(9));
        var (visitor, pendings) = (Visitor.Stranger(), Server.Services.GetRequiredService<PendingSignIns>());
        var begun = await Server.Services.GetRequiredService<SignInCompletion>().StepUpAsync(visitor, session, AuthenticationLevels.TwoFactors, CancellationToken.None);
        var handle = Assert.IsType<SignInResult.EnrolmentNeeded>(begun).Handle;
        var young = await pendings.FindAsync(handle, visitor, CancellationToken.None);

        Server.Clock.Move(TimeSpan.FromMinutes(1));
        var old = await pendings.FindAsync(handle, visitor, CancellationToken.None);

        Assert.True(young!.MustEnrol);
        Assert.False(old!.MustEnrol);
    }

    [Theory]
    [InlineData("another browser")]
    [InlineData("after the owner's")]
    public async Task MF_09_A_factor_completes_no_sign_in_but_the_one_that_it_was_the_first_under(string how)
    {
        var person = await TestPerson.AddAsync(Server, withApp: false, "admin");
        var (services, apps) = (Server.Services, Server.Services.GetRequiredService<Authenticators>());
        var (visitor, owner) = (Visitor.Stranger(), Visitor.Stranger());
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;
        var half = Assert.IsType<SignInResult.EnrolmentNeeded>(await services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(visitor, person.Id, stamp, AuthenticationLevels.Password, CancellationToken.None));
        var prover = how == "another browser" ? owner : visitor;
        var enrolment = await apps.BeginAsync(prover, person.Id, CancellationToken.None);
        if (how == "after the owner's") await TestPerson.AddAppAsync(Server, person);
        Server.Apps.Scan(person.Name, enrolment.Key);

        Assert.True(await apps.ProveAsync(prover, person.Id, enrolment.Handle, Server.Apps.Code(person.Name), "Phone", CancellationToken.None));
        var pending = (await services.GetRequiredService<PendingSignIns>().FindAsync(half.Handle, visitor, CancellationToken.None))!;
        var result = await services.GetRequiredService<SecondFactors>().EnrolledAsync(visitor, pending, AuthenticationMethods.OneTimeCode, CancellationToken.None);

        Assert.False(pending.MustEnrol);
        Assert.IsType<SignInResult.Failed>(result);
    }

    [Fact]
    public async Task A_sign_in_in_flight_ends_with_a_change_of_the_password()
    {
        var person = await TestPerson.AddAsync(Server);
        var withApp = await TestPerson.AddAsync(Server, withApp: true);
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;
        using var browser = Server.Browser();
        var half = await browser.PendingAsync(withApp.Name);
        foreach (var one in new[] { person, withApp }) await Server.ExecuteAsync("UPDATE users SET security_stamp = $1 WHERE id = $2", Secrets.CreateId(), one.Id);

        var late = await Server.Services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(Visitor.Stranger(), person.Id, stamp, AuthenticationLevels.Password, CancellationToken.None);
        await browser.SubmitAsync(half, "verify", ("code", Server.Apps.Code(withApp.Name)));

        Assert.IsType<SignInResult.Failed>(late);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 OR user_id = $2", person.Id, withApp.Id));
    }

    [Fact]
    public async Task The_first_factor_counts_in_the_session_that_added_it_and_ends_the_others()
    {
        var person = await TestPerson.AddAsync(Server);
        using var other = Server.Browser();
        await other.SignInAsync(await other.GetAsync(Paths.SignInPage), person.Name);
        using var browser = Server.Browser();
        await AddAppAsync(browser, person);

        Assert.Equal("""["pwd","otp","mfa"] mfa""", await Server.ScalarAsync("SELECT amr || ' ' || acr FROM sessions WHERE user_id = $1 AND ended IS NULL", person.Id));
        Assert.Equal(2L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Paths.BackupCodesPage)).StatusCode); // nothing is asked for again
    }

    [Fact]
    public async Task MF_07_A_form_that_is_sent_again_shows_no_codes_and_ends_none()
    {
        const string set = "SELECT MIN(hash) FROM backup_codes WHERE user_id = $1";
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        await AddAppAsync(browser, person);
        var page = await browser.GetAsync(Paths.BackupCodesPage);
        var shown = await browser.SubmitAsync(page, "make-codes");
        var made = await Server.ScalarAsync(set, person.Id);

        var again = await browser.SubmitAsync(page, "make-codes");

        Assert.Contains("backup-codes", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(Paths.SecurityPage, again.Headers.Location!.OriginalString);
        Assert.Equal(made, await Server.ScalarAsync(set, person.Id));
        await browser.SubmitAsync(await browser.GetAsync(Paths.BackupCodesPage), "make-codes");
        Assert.NotEqual(made, await Server.ScalarAsync(set, person.Id));
    }

    [Fact]
    public async Task MF_07_Of_fifty_new_sets_of_backup_codes_at_once_one_is_left()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var codes = Server.Services.GetRequiredService<BackupCodes>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => codes.MakeAsync(new DefaultHttpContext(), person.Id, CancellationToken.None)));

        Assert.Equal((BackupCodes.SetSize, BackupCodes.SetSize), await codes.CountAsync(person.Id, CancellationToken.None));
    }

    [Fact]
    public async Task MF_07_Backup_codes_end_with_the_last_passkey()
    {
        var person = await TestPerson.AddAsync(Server);
        var id = Secrets.CreateId();
        await Server.ExecuteAsync("""
            INSERT INTO passkeys (id, user_id, name, public_key, sign_count, transports, is_backup_eligible, is_backed_up, aaguid, attestation_format, created)
            VALUES ($1, $2, 'key', 'x', 0, '[]', $3, $3, '', 'none', $4)
            """, id, person.Id, false, Server.Clock.GetUtcNow());
        var codes = Server.Services.GetRequiredService<BackupCodes>();
        await codes.MakeAsync(new DefaultHttpContext(), person.Id, CancellationToken.None);

        Assert.True(await Server.Services.GetRequiredService<Passkeys>().RemoveAsync(new DefaultHttpContext(), person.Id, id, CancellationToken.None));

        Assert.Equal((0, 0), await codes.CountAsync(person.Id, CancellationToken.None));
    }

    [Fact]
    public async Task A_browser_whose_name_ends_in_half_a_character_signs_in()
    {
        var person = await TestPerson.AddAsync(Server);
        var context = Visitor.Stranger();
        context.Request.Headers.UserAgent = new string('a', 255) + "\U0001F511";
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;

        Assert.IsType<SignInResult.Succeeded>(await Server.Services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(context, person.Id, stamp, AuthenticationLevels.Password, CancellationToken.None));

        Assert.Equal(new string('a', 255), await Server.ScalarAsync("SELECT user_agent FROM sessions WHERE user_id = $1", person.Id));
    }

    private async Task AddAppAsync(Browser browser, TestPerson person)
    {
        await browser.SignInAsync(await browser.GetAsync(Paths.SignInPage), person.Name);
        var page = await browser.GetAsync(Paths.AuthenticatorPage);
        Server.Apps.Scan(person.Name, Key().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
        var added = await browser.SubmitAsync(page, "verify", ("code", Server.Apps.Code(person.Name)));
        Assert.Equal(Paths.BackupCodesPage, added.Headers.Location!.OriginalString);
    }

    [GeneratedRegex("id=\"authenticator-key\" data-text=\"([A-Z2-7]+)\"")]
    private static partial Regex Key();
}

public sealed class FactorAdditionAttacksOnSqlite(SqliteServer server) : FactorAdditionAttacks(server), IClassFixture<SqliteServer>;

public sealed class FactorAdditionAttacksOnPostgreSql(PostgreSqlServer server) : FactorAdditionAttacks(server), IClassFixture<PostgreSqlServer>;
