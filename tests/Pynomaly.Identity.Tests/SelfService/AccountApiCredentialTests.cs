using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.SelfService.Api;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.UI;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Password, address, passkeys and a waiting recovery by the account API; and that nothing is missing there that the pages can.</summary>
public abstract class AccountApiCredentialTests(MailboxServer server) : MailSuite(server)
{
    // Handlers of the pages, and what does the same for programs.
    private static readonly Dictionary<string, string> Abilities = new()
    {
        ["Authenticator.Post"] = "proveAuthenticator", ["BackupCodes.Post"] = "makeBackupCodes", ["Connections.PostWithdraw"] = "withdrawConnection", ["Data.PostDownload"] = "exportData",
        ["Data.PostKeep"] = "keepAccount", ["Delete.Post"] = "deleteAccount", ["Email.Post"] = "changeEmail", ["Email.PostVerify"] = "verifyEmail", ["Passkeys.PostAddPasskey"] = "addPasskey",
        ["Passkeys.PostRename"] = "renamePasskey", ["Passkeys.PostRemove"] = "removePasskey", ["Password.Post"] = "changePassword", ["Profile.Post"] = "changeProfile", ["Secure.Post"] = "secureAccount",
        ["Security.PostRename"] = "renameAuthenticator", ["Security.PostRemove"] = "removeAuthenticator", ["Sessions.PostEnd"] = "endSession", ["Sessions.PostEndOthers"] = "endOtherSessions",
        ["Sessions.PostDistrust"] = "distrustDevice", ["Security.PostStopRecovery"] = "stopRecovery", ["Index.PostStopRecovery"] = "stopRecovery", ["ApiKeyNew.Post"] = "makeApiKey",
        ["ApiKeys.PostRotate"] = "rotateApiKey", ["ApiKeys.PostRevoke"] = "revokeApiKey",
    };

    // Of this browser, not of the account: a cookie.
    private static readonly string[] OfTheBrowser = ["Appearance.Post"];

    private IReadOnlyList<ApiRoute> Routes => Server.Services.GetRequiredService<AccountApi>().Routes;

    [Fact]
    public void What_the_pages_of_the_account_can_the_API_can()
    {
        var handlers =
            from type in typeof(PynomalyIdentityUI).Assembly.GetTypes()
            where type.Namespace == "Pynomaly.Identity.UI.Pages.OwnAccount" && type.Name.EndsWith("Model", StringComparison.Ordinal)
            from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            where method.Name.StartsWith("OnPost", StringComparison.Ordinal)
            select $"{type.Name[..^"Model".Length]}.{method.Name[2..].Replace("Async", "", StringComparison.Ordinal)}";
        var all = handlers.ToList();
        Assert.True(all.Count >= 19, $"{all.Count}");

        Assert.DoesNotContain(all.Except(OfTheBrowser), handler => !Abilities.TryGetValue(handler, out var operation) || Routes.All(route => route.Name != operation));
    }

    [Fact]
    public async Task A_password_is_changed_by_the_current_one_and_ends_other_sessions_and_grants()
    {
        var (person, client, token) = await EnterAsync();
        using var there = await Server.SignedInAsync(person);
        var other = (await Server.TokensAsync(client, person, browser: there)).AccessToken;

        var wrong = await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"current":"not that one","password":"{{NewPassword}}"}""");
        var weak = await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"current":"{{TestData.Password}}","password":"short"}""");
        var changed = await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"current":"{{TestData.Password}}","password":"{{NewPassword}}"}""");

        await AssertFieldAsync(wrong, "current", "wrong");
        await AssertFieldAsync(weak, "password", "too_short");
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.False(await IsSignedInAsync(there));
        await (await Server.CallAsync(HttpMethod.Get, "", other)).ProblemAsync(HttpStatusCode.Unauthorized);
        await (await Server.CallAsync(HttpMethod.Get, "", token)).ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("account", await SignInAsync(person.Name, NewPassword));
        Assert.Contains(await Mailbox.MailsAsync(AddressOf(person)), mail => mail.Subject == "Your password was changed");
    }

    [Fact]
    public async Task Without_the_current_password_a_token_of_a_moment_ago_is_asked_for()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = await Server.SignedInAsync(person);
        Server.Clock.Move(TimeSpan.FromMinutes(9));
        var token = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person, "openid account", browser)).AccessToken;
        Server.Clock.Move(TimeSpan.FromMinutes(2));
        var (again, _, fresh) = await EnterAsync();

        var old = await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"password":"{{NewPassword}}"}""");
        var done = await Server.CallAsync(HttpMethod.Post, "/password", fresh, $$"""{"password":"{{NewPassword}}"}""");

        Assert.Equal(Errors.InsufficientUserAuthentication, (await old.ProblemAsync(HttpStatusCode.Unauthorized)).GetProperty("error").GetString());
        Assert.Contains("max_age=\"600\"", old.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        Assert.Equal("account", await SignInAsync(person.Name, TestData.Password));
        Assert.Equal("account", await SignInAsync(again.Name, NewPassword));
    }

    [Fact]
    public async Task Wrong_current_passwords_count_as_at_the_sign_in_page()
    {
        var (person, _, token) = await EnterAsync();

        for (var i = 0; i < 5; i++) await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"current":"wrong {{i}}","password":"{{NewPassword}}"}"""), "current", "wrong");
        var right = await Server.CallAsync(HttpMethod.Post, "/password", token, $$"""{"current":"{{TestData.Password}}","password":"{{NewPassword}}"}""");

        await AssertFieldAsync(right, "current", "wrong");
        Assert.Equal("sign-in", await SignInAsync(person.Name, NewPassword));
    }

    [Fact]
    public async Task UE_05_a_new_address_is_proven_by_its_link_and_one_that_is_taken_is_answered_alike()
    {
        var (person, _, token) = await EnterAsync();
        var owner = await TestPerson.AddAsync(Server);
        var next = $"new-{person.Name}@example.org";

        await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/email", token, """{"email":"no address"}"""), "email", "no_address");
        var taken = await Server.CallAsync(HttpMethod.Post, "/email", token, $$"""{"email":"{{AddressOf(owner)}}"}""");
        var asked = await Server.CallAsync(HttpMethod.Post, "/email", token, $$"""{"email":"{{next}}"}""");
        using var browser = await Server.SignedInAsync(person);
        var used = await UseAsync(browser, await Mailbox.LinkAsync(next, Paths.VerifyEmailPage), "verify-email");

        Assert.Equal(Shape(asked), Shape(taken));
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, used.StatusCode);
        Assert.Equal(next, await Server.ScalarAsync("SELECT email FROM users WHERE id = $1", person.Id));
    }

    [Fact]
    public async Task The_address_there_is_is_proven_by_a_link_and_only_once()
    {
        var (person, _, token) = await EnterAsync();
        await (await Server.CallAsync(HttpMethod.Post, "/email/verification", token)).ProblemAsync(HttpStatusCode.Conflict);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id);

        Assert.Equal(HttpStatusCode.NoContent, (await Server.CallAsync(HttpMethod.Post, "/email/verification", token)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await UseAsync(await Mailbox.LinkAsync(AddressOf(person), Paths.VerifyEmailPage), "verify-email")).StatusCode);

        await (await Server.CallAsync(HttpMethod.Post, "/email/verification", token)).ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task WA_12_a_passkey_is_added_by_the_API_once_and_by_the_grant_that_began_it()
    {
        var (person, _, token) = await EnterAsync();
        var (_, _, foreign) = await EnterAsync();
        using var authenticator = new SoftAuthenticator();
        var begun = await (await Server.CallAsync(HttpMethod.Post, "/passkeys/options", token)).JsonAsync();
        var body = $$"""{"handle":"{{begun.GetProperty("handle").GetString()}}","credential":{{authenticator.Create(begun.GetProperty("options"))}},"name":"Key ring"}""";

        await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/passkeys", foreign, body), "handle", "expired");
        await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/passkeys", token, """{"handle":"x","credential":"text"}"""), "credential", "no_object");
        var added = await Server.CallAsync(HttpMethod.Post, "/passkeys", token, body);

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var passkey = await added.JsonAsync();
        Assert.Equal(("Key ring", authenticator.IdText), (passkey.GetProperty("name").GetString(), passkey.GetProperty("id").GetString()));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM passkeys WHERE user_id = $1", person.Id));
        var weak = await Server.CallAsync(HttpMethod.Post, "/passkeys", token, body); // the token is of a sign-in without the factor that there is now
        Assert.Contains("acr_values=\"mfa\"", weak.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_does_not_hold_spends_its_ceremony()
    {
        var (_, _, token) = await EnterAsync();
        using var authenticator = new SoftAuthenticator { Origin = "https://evil.example" };
        var begun = await (await Server.CallAsync(HttpMethod.Post, "/passkeys/options", token)).JsonAsync();
        string Body(string credential) => $$"""{"handle":"{{begun.GetProperty("handle").GetString()}}","credential":{{credential}}}""";

        await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/passkeys", token, Body(authenticator.Create(begun.GetProperty("options")))), "credential", "invalid");
        authenticator.Origin = TestServer.Issuer;
        await AssertFieldAsync(await Server.CallAsync(HttpMethod.Post, "/passkeys", token, Body(authenticator.Create(begun.GetProperty("options")))), "handle", "expired");
    }

    [Fact]
    public async Task A_recovery_that_waits_is_seen_and_stopped_by_the_API()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        var token = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person)).AccessToken;
        var pending = new PendingSignIn { Handle = Secrets.Create(), UserId = person.Id, Amr = [AuthenticationMethods.Password], AuthTime = Server.Clock.GetUtcNow(), Level = AuthenticationLevels.TwoFactors };
        await Server.Services.GetRequiredService<FactorRecovery>().BeginAsync(Visitor.Stranger(), pending, CancellationToken.None);

        var seen = await (await Server.CallAsync(HttpMethod.Get, "/factors", token)).JsonAsync();
        var stopped = await Server.CallAsync(HttpMethod.Delete, "/factors/recovery", token);

        Assert.Equal(Server.Clock.GetUtcNow().AddHours(24), seen.GetProperty("recovery").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NoContent, stopped.StatusCode);
        await (await Server.CallAsync(HttpMethod.Delete, "/factors/recovery", token)).ProblemAsync(HttpStatusCode.Conflict);
        Assert.False((await (await Server.CallAsync(HttpMethod.Get, "/factors", token)).JsonAsync()).TryGetProperty("recovery", out _));
    }

    private async Task<(TestPerson Person, string Client, string Token)> EnterAsync()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        return (person, client, (await Server.TokensAsync(client, person)).AccessToken);
    }

    private static async Task AssertFieldAsync(HttpResponseMessage response, string field, string code)
    {
        var error = (await response.ProblemAsync(HttpStatusCode.BadRequest)).GetProperty("errors")[0];
        Assert.Equal((field, code), (error.GetProperty("field").GetString(), error.GetProperty("code").GetString()));
    }
}

public sealed class AccountApiCredentialTestsOnSqlite(SqliteMailboxServer server) : AccountApiCredentialTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class AccountApiCredentialTestsOnPostgreSql(PostgreSqlMailboxServer server) : AccountApiCredentialTests(server), IClassFixture<PostgreSqlMailboxServer>;
