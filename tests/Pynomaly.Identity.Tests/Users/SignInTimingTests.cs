using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Case UE-01: how long a sign-in takes does not tell whether the name exists (<see cref="InterleavedTimes"/>).</summary>
public abstract class SignInTimingTests(TestServer server, ITestOutputHelper output) : ServerSuite(server)
{
    [Theory(Explicit = true)]
    [InlineData("wrong")]
    [InlineData("locked")]
    [InlineData("disabled")]
    public async Task UE_01_A_name_that_exists_takes_as_long_as_one_that_does_not(string state)
    {
        var people = new List<TestPerson>();
        for (var i = 0; i < InterleavedTimes.Samples; i++) people.Add(await TestPerson.AddAsync(Server));
        if (state == "locked") await ExecuteAsync("UPDATE users SET lockout_end = $1", Server.Clock.GetUtcNow().AddDays(1));
        if (state == "disabled") await ExecuteAsync("UPDATE users SET is_disabled = $1", true);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(Paths.SignInPage);
        for (var i = 0; i < 20; i++) await TryAsync($"nobody-{i}"); // warm

        var times = await InterleavedTimes.TakeAsync(i => TryAsync(people[i].Name), _ => TryAsync($"p-{Guid.NewGuid():N}"));

        times.AssertAlike(output, $"{Server.Provider} {state}");

        async Task TryAsync(string name) => (await browser.SubmitAsync(page, "sign-in", ("username", name), ("password", "not the password of anybody"))).Dispose();
    }
}

/// <summary>On SQLite.</summary>
public sealed class SignInTimingTestsOnSqlite(SqliteServer server, ITestOutputHelper output) : SignInTimingTests(server, output), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class SignInTimingTestsOnPostgreSql(PostgreSqlServer server, ITestOutputHelper output) : SignInTimingTests(server, output), IClassFixture<PostgreSqlServer>;
