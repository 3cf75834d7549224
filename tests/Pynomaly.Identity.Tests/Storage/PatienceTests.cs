using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.Sealing;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>Work in the background may take longer than a request's statement may: here that is one second, and each deletion takes two.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task Old_entries_of_the_trail_are_removed_however_long_a_part_takes()
    {
        await using var trail = await SealedTrail.CreateAsync("PostgreSql");
        await trail.SealThriceAsync();
        trail.Clock.Move(trail.Test.Options.Lifetimes.Audit + TimeSpan.FromDays(1));
        await trail.EnterAsync(1);
        await trail.SealAsync();
        await SlowAsync(trail.Test, "audit_events");
        await using var impatient = Impatient(trail.Test);

        var retention = new AuditRetention(impatient, trail.Key, new DueSeals(impatient, trail.Key), trail.Audit, trail.Test.Options, trail.Clock, NullLogger<AuditRetention>.Instance);

        await Until.TrueAsync(async () =>
        {
            await TryAsync(() => retention.RemoveAsync(default));
            return await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SignedIn'") == 1;
        }, "the nine old ones went");
    }

    [Fact]
    public async Task What_no_longer_matters_is_removed_however_long_a_part_takes()
    {
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        var clock = new MovableClock();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await database.ExecuteAsync($"INSERT INTO bans (source, reason, rounds, created, until) VALUES ('203.0.113.7', 'probing', 1, {now}, {now})");
        clock.Move(TimeSpan.FromDays(30));
        await SlowAsync(database, "bans");
        await using var impatient = Impatient(database);

        var pruning = new Pruning(impatient, clock, NullLogger<Pruning>.Instance);

        await Until.TrueAsync(async () =>
        {
            await TryAsync(() => pruning.PruneAsync(default));
            await using var session = await database.Database.ReadAsync(default);
            return await session.FirstAsync("SELECT COUNT(*) FROM bans", row => row.GetInt64(0), default) == 0;
        }, "the ban went");
    }

    [Fact]
    public async Task A_request_is_not_as_patient()
    {
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        await using var impatient = Impatient(database);
        SqlSession? opened = null;
        await Until.TrueAsync(async () => await TryAsync(async () => opened = await impatient.ReadAsync(default)), "a connection");
        await using var session = opened!;

        await Assert.ThrowsAnyAsync<DbException>(async () => await session.ExecuteAsync("SELECT pg_sleep(3)", default));
    }

    private static Database Impatient(TestDatabase database) => new(database.Options with { ConnectionString = $"{database.Options.ConnectionString};Command Timeout=1" });

    // On a starved machine any statement may take that second: then once more. A deletion that is given no more than that never succeeds.
    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            return false;
        }
    }

    private static async Task SlowAsync(TestDatabase database, string table)
    {
        await database.ExecuteAsync("CREATE FUNCTION slowly() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END' LANGUAGE plpgsql");
        await database.ExecuteAsync($"CREATE TRIGGER slow BEFORE DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION slowly()");
    }
}
