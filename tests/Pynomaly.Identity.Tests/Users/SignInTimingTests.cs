using System.Diagnostics;
using System.Globalization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Case UE-01: how long a sign-in takes does not tell whether the name exists. The statistic of the attack catalogue: 300 and 300 samples in turns, Mann-Whitney AUC between 0.40 and 0.60.</summary>
/// <remarks>Explicit, since a shared machine's clock proves nothing in a build. Run it on a quiet one with <c>dotnet test --filter "FullyQualifiedName~SignInTiming" -- xUnit.Explicit=only</c>.</remarks>
public abstract class SignInTimingTests(TestServer server, ITestOutputHelper output) : ServerSuite(server)
{
    private const int Samples = 300;

    [Theory(Explicit = true)]
    [InlineData("wrong")]
    [InlineData("locked")]
    [InlineData("disabled")]
    public async Task UE_01_A_name_that_exists_takes_as_long_as_one_that_does_not(string state)
    {
        var people = new List<TestPerson>();
        for (var i = 0; i < Samples; i++) people.Add(await TestPerson.AddAsync(Server));
        if (state == "locked") await ExecuteAsync("UPDATE users SET lockout_end = $1", Server.Clock.GetUtcNow().AddDays(1));
        if (state == "disabled") await ExecuteAsync("UPDATE users SET is_disabled = $1", true);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(Paths.SignInPage);
        for (var i = 0; i < 20; i++) await TakeAsync(browser, page, $"nobody-{i}"); // warm

        List<(double Time, bool IsKnown)> samples = [];
        for (var i = 0; i < Samples; i++)
        {
            var isKnownFirst = i % 2 == 0;
            foreach (var isKnown in new[] { isKnownFirst, !isKnownFirst })
                samples.Add((await TakeAsync(browser, page, isKnown ? people[i].Name : $"p-{Guid.NewGuid():N}"), isKnown));
        }

        var area = AreaUnderCurve(samples);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Server.Provider} {state}: AUC {area:F3}; median known {Median(samples, true):F2} ms, unknown {Median(samples, false):F2} ms"));
        Assert.InRange(area, 0.40, 0.60);
    }

    private static async Task<double> TakeAsync(Browser browser, HttpResponseMessage page, string name)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await browser.SubmitAsync(page, "sign-in", ("username", name), ("password", "not the password of anybody"));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // The chance that a sample of a known name takes longer than one of an unknown one, ties halved.
    private static double AreaUnderCurve(List<(double Time, bool IsKnown)> samples)
    {
        var (known, unknown) = (samples.Where(one => one.IsKnown).Select(one => one.Time).ToArray(), samples.Where(one => !one.IsKnown).Select(one => one.Time).ToArray());
        return known.Sum(k => unknown.Sum(u => k > u ? 1.0 : k < u ? 0.0 : 0.5)) / ((double)known.Length * unknown.Length);
    }

    private static double Median(List<(double Time, bool IsKnown)> samples, bool isKnown) =>
        samples.Where(one => one.IsKnown == isKnown).Select(one => one.Time).Order().ElementAt(Samples / 2);
}

/// <summary>On SQLite.</summary>
public sealed class SignInTimingTestsOnSqlite(SqliteServer server, ITestOutputHelper output) : SignInTimingTests(server, output), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class SignInTimingTestsOnPostgreSql(PostgreSqlServer server, ITestOutputHelper output) : SignInTimingTests(server, output), IClassFixture<PostgreSqlServer>;
