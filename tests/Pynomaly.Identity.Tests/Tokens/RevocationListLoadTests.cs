using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>A node that starts reads the list part by part, to its end.</summary>
public sealed class RevocationListLoadTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_list_of_several_parts_is_read_whole(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await database.ExecuteAsync($"""
            INSERT INTO revocations (kind, subject, expires, created) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
            SELECT 'jti', 'AAAAAAAAAAAAAA' || (1000000 + i) || 'A', {now + 600_000}, {now} FROM n
            """);
        using var feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);
        var list = new RevocationList(database.Database, feed, new RevocationDelays(clock), clock);

        list.Load();

        Assert.Equal(12_000, list.Count);
        await using var session = await database.Database.ReadAsync(CancellationToken.None);
        Assert.Equal(list.Sequence, await session.FirstAsync("SELECT MAX(sequence) FROM revocations", row => row.GetInt64(0), CancellationToken.None));
    }
}
