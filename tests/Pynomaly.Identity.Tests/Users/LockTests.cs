using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>What a lock stops, and what it does not (cases PW-01, PW-06, PW-13, WA-01).</summary>
public abstract class LockTests(TestServer server) : PasskeySuite(server)
{
    [Fact]
    public async Task PW_06_A_lock_without_an_end_is_one_of_passwords_and_a_passkey_opens_the_account()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        var person = await AddHolderAsync(authenticator);
        await ExecuteAsync("UPDATE users SET lockout_end = $1, lockout_rounds = 20 WHERE id = $2", Lockout.Never, person);
        using var stranger = Server.Browser();

        var byPassword = await stranger.SubmitAsync(await stranger.GetAsync(Paths.SignInPage), "sign-in", ("username", person), ("password", TestData.Password));

        Assert.Equal("sign-in", await CodeFlow.PageOfAsync(byPassword));
        await AssertSignedInAsync(browser, await SignInAsync(browser, authenticator));
    }

    [Fact]
    public async Task PW_13_A_known_browser_that_is_locked_is_refused_without_a_hash()
    {
        var person = await AddPersonAsync();
        using var browser = Server.Browser();
        await SignInByPasswordAsync(browser, person);
        await ExecuteAsync("UPDATE devices SET lockout_end = $1 WHERE user_id = $2", Server.Clock.GetUtcNow().AddHours(1), person);
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) cookie.Expired |= cookie.Name == "__Host-pyn_session";
        var page = await browser.GetAsync(Paths.SignInPage);
        using var hold = new ManualResetEventSlim();
        var queue = Server.Services.GetRequiredService<HashingQueue>();
        List<Task<bool>> busy = [];
        for (var threads = Math.Max(1, Environment.ProcessorCount - 1); threads > 0; threads--) // one after the other every thread is taken
        {
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            busy.Add(queue.RunAsync(() => begun.TrySetResult() && hold.Wait(2 * Until.Patience), CancellationToken.None));
            await begun.Task.WaitAsync(Until.Patience);
        }

        try
        {
            var answer = await browser.SubmitAsync(page, "sign-in", ("username", person), ("password", TestData.Password)).WaitAsync(Until.Patience);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("sign-in", await CodeFlow.PageOfAsync(answer));
        }
        finally
        {
            hold.Set();
        }

        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task WA_01_Two_answers_to_one_challenge_at_once_add_one_passkey()
    {
        using var browser = Server.Browser();
        var person = await AddPersonAsync();
        await SignInByPasswordAsync(browser, person);
        var (handle, options) = await BeginAsync(browser, Paths.PasskeyAddOptions);
        var credentials = Enumerable.Range(0, 50).Select(_ =>
        {
            using var authenticator = new SoftAuthenticator();
            return authenticator.Create(options);
        }).ToList();

        var results = await Task.WhenAll(credentials.Select(credential => EndAddingAsync(browser, person, handle, credential)));

        Assert.Single(results.OfType<PasskeyResult.Added>());
        Assert.Single(await Passkeys.ListAsync(person, CancellationToken.None));
    }

    [Fact]
    public async Task UE_01_The_options_of_a_passkey_sign_in_do_not_depend_on_a_name()
    {
        using var authenticator = new SoftAuthenticator();
        var person = await AddHolderAsync(authenticator);
        List<string> shapes = [];
        foreach (var name in new[] { person, $"{person}@example.org", $"nobody-{Guid.NewGuid():N}", "" })
        {
            using var browser = Server.Browser();
            var (_, options) = await BeginAsync(browser, Paths.PasskeyOptions, ("username", name), ("name", name), ("user", name));
            shapes.Add(options.GetRawText().Replace(options.GetProperty("challenge").GetString()!, "CHALLENGE", StringComparison.Ordinal));
        }

        Assert.Single(shapes.Distinct());
        Assert.Contains("\"allowCredentials\":[]", shapes[0], StringComparison.Ordinal);
    }
}

public sealed class LockTestsOnSqlite(SqliteServer server) : LockTests(server), IClassFixture<SqliteServer>;

public sealed class LockTestsOnPostgreSql(PostgreSqlServer server) : LockTests(server), IClassFixture<PostgreSqlServer>;
