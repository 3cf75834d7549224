using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>What the suites about second factors share.</summary>
public abstract class FactorSuite(TestServer server) : ServerSuite(server)
{
    /// <summary>A person with an authenticator app.</summary>
    protected Task<TestPerson> AddPersonAsync(params string[] roles) => TestPerson.AddAsync(Server, withApp: true, roles);

    /// <summary>The number of a second node.</summary>
    protected async Task<int> SecondNodeAsync() => Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();

    /// <summary>Gives a code on the page that asks for it.</summary>
    protected static Task<HttpResponseMessage> GiveAsync(Browser browser, HttpResponseMessage page, string code) => browser.SubmitAsync(page, "verify", ("code", code));

    /// <summary>Half-done sign-ins of one browser, each its own; all give their code at once, on two nodes.</summary>
    protected async Task<HttpResponseMessage[]> RaceAsync(TestPerson person, Func<int, string> code, int count = 50)
    {
        using var here = Server.Browser();
        using var there = Server.Browser(await SecondNodeAsync());
        var token = await TokenAsync(await here.PendingAsync(person.Name));
        foreach (System.Net.Cookie cookie in here.Cookies.GetAllCookies()) there.Cookies.Add(cookie);
        var pendings = Server.Services.GetRequiredService<PendingSignIns>();
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;
        List<string> handles = [];
        for (var i = 0; i < count; i++)
        {
            handles.Add(await pendings.CreateAsync(Visitor.Of(here), new PendingSignIn { Handle = "", UserId = person.Id, Amr = ["pwd"], AuthTime = Server.Clock.GetUtcNow(), Level = "pwd", Stamp = stamp }, CancellationToken.None));
        }

        return await Task.WhenAll(handles.Select((handle, i) =>
            (i % 2 == 0 ? here : there).PostAsync($"{Paths.FactorPage}?step={handle}", ("code", code(i)), ("__RequestVerificationToken", token))));
    }

    /// <summary>The form's antiforgery token.</summary>
    protected static async Task<string> TokenAsync(HttpResponseMessage page) =>
        System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"").Groups[1].Value;

    /// <summary>A new set of backup codes.</summary>
    protected Task<IReadOnlyList<string>> BackupCodesAsync(TestPerson person) =>
        Server.Services.GetRequiredService<BackupCodes>().MakeAsync(Visitor.Stranger(), person.Id, CancellationToken.None);

    /// <summary>What is kept of the backup codes.</summary>
    protected async Task<List<string>> KeptAsync(TestPerson person)
    {
        await using var sql = await Server.Services.GetRequiredService<Pynomaly.Identity.Storage.Database>().ReadAsync(CancellationToken.None);
        return await sql.ListAsync("SELECT hash FROM backup_codes WHERE user_id = $1", row => row.GetString(0), CancellationToken.None, person.Id);
    }

    /// <summary>How many sessions the person has had.</summary>
    protected async Task<long> SessionsAsync(TestPerson person) => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", person.Id))!;

    /// <summary>The app's code of a step.</summary>
    protected string Code(TestPerson person, long step) => Server.Apps.Of(person.Name, step);

    /// <summary>No code of the steps around now.</summary>
    protected string Wrong(TestPerson person, int seed)
    {
        var now = Totp.StepOf(Server.Clock.GetUtcNow());
        var near = Enumerable.Range(-3, 8).Select(offset => Code(person, now + offset)).ToHashSet();
        return Enumerable.Range(seed * 100, 100).Select(number => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
    }

    /// <summary>The page comes again, and nobody is signed in.</summary>
    protected static async Task AssertRefusedAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(answer));
        Assert.False(IsSignedIn(answer));
    }

    /// <summary>Whether the answer starts a session.</summary>
    protected static bool IsSignedIn(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(cookie => cookie.StartsWith("__Host-pyn_session=", StringComparison.Ordinal));
}
