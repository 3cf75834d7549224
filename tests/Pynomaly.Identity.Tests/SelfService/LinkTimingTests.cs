using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Cases UE-02 and UE-03: how long it takes to ask for a link does not tell whether the account exists, or what state it is in (<see cref="InterleavedTimes"/>).</summary>
public abstract class LinkTimingTests(MailboxServer server, ITestOutputHelper output) : MailSuite(server)
{
    [Theory(Explicit = true)]
    [InlineData("living")]
    [InlineData("locked")]
    [InlineData("disabled")]
    [InlineData("unproven")]
    [InlineData("without address")]
    public async Task UE_02_A_forgotten_password_takes_as_long_for_a_known_name_as_for_an_unknown_one(string state)
    {
        var people = await PeopleAsync();
        foreach (var person in people)
        {
            switch (state)
            {
                case "locked": await ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddDays(1), person.Id); break;
                case "disabled": await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, person.Id); break;
                case "unproven": await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, person.Id); break;
                case "without address": await ExecuteAsync("UPDATE users SET email = NULL, normalized_email = NULL WHERE id = $1", person.Id); break;
                default: break;
            }
        }

        using var browser = Server.Browser();
        var page = await browser.GetAsync(Paths.ForgottenPage);
        for (var i = 0; i < 20; i++) await AskAsync($"nobody-{i}"); // warm

        var times = await InterleavedTimes.TakeAsync(i => AskAsync(people[i].Name), _ => AskAsync($"p-{Guid.NewGuid():N}"));

        times.AssertAlike(output, $"{Server.Provider} forgotten password, {state}");

        async Task AskAsync(string name) => (await browser.SubmitAsync(page, "send-link", ("username", name))).Dispose();
    }

    [Fact(Explicit = true)]
    public async Task UE_03_A_sign_up_takes_as_long_for_an_address_that_is_taken_as_for_a_free_one()
    {
        var people = await PeopleAsync();
        using var browser = Server.Browser();
        var page = await browser.GetAsync(Paths.SignUpPage);
        for (var i = 0; i < 20; i++) await AskAsync($"warm-{i}@example.org");

        var times = await InterleavedTimes.TakeAsync(i => AskAsync(AddressOf(people[i])), _ => AskAsync($"p-{Guid.NewGuid():N}@example.org"));

        times.AssertAlike(output, $"{Server.Provider} sign-up");

        async Task AskAsync(string address) => (await browser.SubmitAsync(page, "sign-up", ("email", address), ("password", NewPassword))).Dispose();
    }

    private async Task<List<TestPerson>> PeopleAsync()
    {
        var people = new List<TestPerson>();
        for (var i = 0; i < InterleavedTimes.Samples; i++) people.Add(await TestPerson.AddAsync(Server));
        return people;
    }
}

/// <summary>On SQLite.</summary>
public sealed class LinkTimingTestsOnSqlite(SqliteMailboxServer server, ITestOutputHelper output) : LinkTimingTests(server, output), IClassFixture<SqliteMailboxServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class LinkTimingTestsOnPostgreSql(PostgreSqlMailboxServer server, ITestOutputHelper output) : LinkTimingTests(server, output), IClassFixture<PostgreSqlMailboxServer>;
