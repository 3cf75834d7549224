using System.Buffers.Text;
using System.Net;
using System.Text;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Passkeys as people use them: added, signed in with, named, removed.</summary>
public abstract class PasskeyTests(TestServer server) : PasskeySuite(server)
{
    [Fact]
    public async Task A_passkey_signs_a_person_in_without_a_name()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);

        var (_, options) = await BeginAsync(browser);
        var response = await SignInAsync(browser, authenticator);

        Assert.Empty(options.GetProperty("allowCredentials").EnumerateArray());
        await AssertSignedInAsync(browser, response);
    }

    [Theory]
    [InlineData(0, "hwk")]
    [InlineData(SoftAuthenticator.BackupEligible, "swk")]
    [InlineData(SoftAuthenticator.BackupEligible | SoftAuthenticator.BackedUp, "swk")]
    public async Task The_id_token_tells_how_the_person_signed_in(byte backup, string method)
    {
        using var authenticator = new SoftAuthenticator { Flags = (byte)(SoftAuthenticator.UserPresent | SoftAuthenticator.UserVerified | backup) };
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web)));
        var interaction = page.RequestMessage!.RequestUri!.Query["?interaction=".Length..];

        var response = await browser.FollowAsync(await SignInAsync(browser, authenticator, ("interaction", interaction)));
        var token = await Server.IdTokenOfAsync(CodeFlow.Answer(response)["code"]);

        Assert.Equal(person, token.GetProperty("sub").GetString());
        Assert.Equal("phr", token.GetProperty("acr").GetString());
        Assert.Equal([method, "mfa"], token.GetProperty("amr").EnumerateArray().Select(one => one.GetString()!));
    }

    [Fact]
    public async Task After_the_password_a_passkey_is_the_second_factor()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var page = await browser.FollowAsync(await browser.GetAsync(CodeFlow.Url(TestData.Web)));
        var interaction = page.RequestMessage!.RequestUri!.Query["?interaction=".Length..];
        var step = StepOf(await GivePasswordAsync(browser, page, person));

        var (_, options) = await BeginAsync(browser, Paths.PasskeyOptions, ("step", step));
        var response = await browser.FollowAsync(await SignInAsync(browser, authenticator, ("step", step), ("interaction", interaction)));
        var token = await Server.IdTokenOfAsync(CodeFlow.Answer(response)["code"]);

        Assert.Equal(authenticator.IdText, Assert.Single(options.GetProperty("allowCredentials").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("phr", token.GetProperty("acr").GetString());
        Assert.Equal(["pwd", "hwk", "mfa"], token.GetProperty("amr").EnumerateArray().Select(one => one.GetString()!));
    }

    [Fact]
    public async Task MF_09_Anothers_passkey_is_nobodys_second_factor()
    {
        using var mine = new SoftAuthenticator();
        using var theirs = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(mine);
        await AddHolderAsync(theirs);
        var step = StepOf(await GivePasswordAsync(browser, await browser.GetAsync(Paths.SignInPage), person));
        var (free, freeOptions) = await BeginAsync(browser);

        var other = await SignInAsync(browser, theirs, ("step", step));
        var begunForAnybody = await EndAsync(browser, free, theirs.Get(freeOptions), ("step", step));
        var own = await SignInAsync(browser, mine, ("step", step));
        var again = await browser.PostAsync(Paths.PasskeyOptions, ("__RequestVerificationToken", await TokenAsync(browser)), ("step", step));

        Assert.Equal($"{Paths.FactorPage}?step={step}&passkey=failed", other.Headers.Location!.OriginalString);
        Assert.Equal($"{Paths.FactorPage}?step={step}&passkey=failed", begunForAnybody.Headers.Location!.OriginalString);
        await AssertSignedInAsync(browser, own);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task CS_11_A_sign_in_that_is_not_this_browsers_goes_on_nowhere()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        using var other = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var step = StepOf(await GivePasswordAsync(browser, await browser.GetAsync(Paths.SignInPage), person));

        var response = await SignInAsync(other, authenticator);
        var stolen = await EndAsync(other, "x", "{}", ("step", step));

        await AssertSignedInAsync(other, response);
        Assert.Equal(Paths.SignInPage, stolen.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_key_of_RSA_serves_too()
    {
        using var authenticator = new SoftAuthenticator(rsaBits: 2048) { Format = "packed" };
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);

        await AssertSignedInAsync(browser, await SignInAsync(browser, authenticator));
    }

    [Fact]
    public async Task A_passkey_is_named_after_its_authenticator_until_the_person_names_it()
    {
        using var named = new SoftAuthenticator { Model = Guid.Parse("fbfc3007-154e-4ecc-8c0b-6e020557d7bd") };
        using var unknown = new SoftAuthenticator();
        using var own = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(named);
        await SignInAsync(browser, named);

        Server.Clock.Move(TimeSpan.FromSeconds(1));
        await AddAsync(browser, person, unknown, "  ");
        Server.Clock.Move(TimeSpan.FromSeconds(1));
        await AddAsync(browser, person, own, "My blue\u0007 key 🔑");
        var renamed = await Passkeys.RenameAsync(person, unknown.IdText, "Work laptop", CancellationToken.None);
        var passkeys = await Passkeys.ListAsync(person, CancellationToken.None);

        Assert.True(renamed);
        Assert.Equal(["iCloud Keychain", "Work laptop", "My blue key 🔑"], passkeys.Select(passkey => passkey.Name));
        Assert.Equal(["internal", "hybrid"], passkeys[0].Transports);
        Assert.All(passkeys, passkey => Assert.Equal("none", passkey.AttestationFormat));
    }

    [Fact]
    public async Task Nobody_renames_or_removes_anothers()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var other = await AddPersonAsync();

        Assert.False(await Passkeys.RenameAsync(other, authenticator.IdText, "mine", CancellationToken.None));
        Assert.False(await Passkeys.RemoveAsync(ContextOf(browser), other, authenticator.IdText, CancellationToken.None));
        Assert.Equal("Passkey", Assert.Single(await Passkeys.ListAsync(person, CancellationToken.None)).Name);
    }

    [Fact]
    public async Task A_removed_passkey_opens_nothing_and_the_browser_may_forget_it()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);

        var removed = await Passkeys.RemoveAsync(ContextOf(browser), person, authenticator.IdText, CancellationToken.None);
        var response = await SignInAsync(browser, authenticator);

        Assert.True(removed);
        await AssertRefusedAsync(browser, response, "unknown");
    }

    [Fact]
    public async Task A_disabled_person_is_refused_in_the_words_for_everybody()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        await Server.ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, person);

        await AssertRefusedAsync(browser, await SignInAsync(browser, authenticator));
    }

    [Fact]
    public async Task PW_06_A_locked_account_is_locked_for_its_passkeys_too_but_for_the_owners_own_browser()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        using var known = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        await SignInAsync(known, authenticator);
        await Server.ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddMinutes(5), person);

        await AssertSignedInAsync(known, await SignInAsync(known, authenticator));
        await AssertRefusedAsync(browser, await SignInAsync(browser, authenticator));
        Server.Clock.Move(TimeSpan.FromMinutes(6));

        await AssertSignedInAsync(browser, await SignInAsync(browser, authenticator));
    }

    [Fact]
    public async Task The_use_of_a_passkey_is_remembered()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        var before = Assert.Single(await Passkeys.ListAsync(person, CancellationToken.None)).LastUsed;
        Server.Clock.Move(TimeSpan.FromMinutes(3));
        authenticator.Counter = 7;

        await SignInAsync(browser, authenticator);
        var passkey = Assert.Single(await Passkeys.ListAsync(person, CancellationToken.None));

        Assert.Null(before);
        Assert.Equal(Server.Clock.GetUtcNow().ToUnixTimeMilliseconds(), passkey.LastUsed?.ToUnixTimeMilliseconds());
        Assert.Equal(7, passkey.SignCount);
    }

    [Fact]
    public async Task Options_name_the_relying_party_the_person_and_what_they_have()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        await SignInAsync(browser, authenticator);

        var (_, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);

        Assert.Equal("id.test", options.GetProperty("rp").GetProperty("id").GetString());
        Assert.Equal("Pynomaly", options.GetProperty("rp").GetProperty("name").GetString());
        Assert.Equal(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(person)), options.GetProperty("user").GetProperty("id").GetString());
        Assert.Equal("required", options.GetProperty("authenticatorSelection").GetProperty("userVerification").GetString());
        Assert.Equal("required", options.GetProperty("authenticatorSelection").GetProperty("residentKey").GetString());
        Assert.Equal("none", options.GetProperty("attestation").GetString());
        Assert.Equal(authenticator.IdText, Assert.Single(options.GetProperty("excludeCredentials").EnumerateArray()).GetProperty("id").GetString());
        Assert.DoesNotContain(-8, options.GetProperty("pubKeyCredParams").EnumerateArray().Select(one => one.GetProperty("alg").GetInt32()));
    }

    [Fact]
    public async Task To_confirm_who_is_signed_in_only_their_own_passkeys_will_do()
    {
        using var mine = new SoftAuthenticator();
        using var theirs = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(mine);
        await AddHolderAsync(theirs);
        await SignInAsync(browser, mine);

        var (handle, options) = await BeginAsync(browser, Paths.PasskeyOptions, ("confirm", "true"));
        var other = await EndAsync(browser, handle, theirs.Get(options), ("confirm", "true"), ("return", Paths.SecurityPage));
        var own = await SignInAsync(browser, mine, ("confirm", "true"), ("return", Paths.SecurityPage));

        Assert.Equal(mine.IdText, Assert.Single(options.GetProperty("allowCredentials").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal($"{Paths.ConfirmPage}?return={Uri.EscapeDataString(Paths.SecurityPage)}&passkey=failed", other.Headers.Location!.OriginalString);
        Assert.Equal(Paths.SecurityPage, own.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("//evil.test")]
    [InlineData("https://evil.test")]
    [InlineData("/account/../signin")]
    public async Task OR_01_The_way_back_stays_in_the_account(string back)
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);

        await AssertSignedInAsync(browser, await SignInAsync(browser, authenticator, ("return", back)));
    }

    private static Task<HttpResponseMessage> GivePasswordAsync(Browser browser, HttpResponseMessage page, string person) =>
        browser.SubmitAsync(page, "sign-in", ("username", person), ("password", TestData.Password));

    private static string StepOf(HttpResponseMessage response)
    {
        var location = response.Headers.Location!.OriginalString;
        Assert.StartsWith($"{Paths.FactorPage}?step=", location, StringComparison.Ordinal);
        return location[$"{Paths.FactorPage}?step=".Length..].Split('&')[0];
    }

    [Fact]
    public async Task Browsers_and_password_managers_find_their_way()
    {
        using var machine = Server.Machine();

        var related = await machine.GetAsync(Paths.RelatedOrigins);
        var endpoints = await (await machine.GetAsync(Paths.PasskeyEndpoints)).JsonAsync();
        var password = await machine.GetAsync(Paths.ChangePassword);

        Assert.Equal(HttpStatusCode.NotFound, related.StatusCode);
        Assert.Equal($"{TestServer.Issuer}{Paths.PasskeysPage}", endpoints.GetProperty("enroll").GetString());
        Assert.Equal($"{TestServer.Issuer}{Paths.PasskeysPage}", endpoints.GetProperty("manage").GetString());
        Assert.Equal(HttpStatusCode.SeeOther, password.StatusCode);
    }
}

public sealed class PasskeyTestsOnSqlite(SqliteServer server) : PasskeyTests(server), IClassFixture<SqliteServer>;

public sealed class PasskeyTestsOnPostgreSql(PostgreSqlServer server) : PasskeyTests(server), IClassFixture<PostgreSqlServer>;
