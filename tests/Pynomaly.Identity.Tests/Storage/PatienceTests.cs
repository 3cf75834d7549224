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

        var removed = await new AuditRetention(impatient, trail.Key, new DueSeals(impatient, trail.Key), trail.Audit, trail.Test.Options, trail.Clock, NullLogger<AuditRetention>.Instance).RemoveAsync(default);

        Assert.True(removed >= 9, $"{removed}");
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

        Assert.Equal(1, await new Pruning(impatient, clock, NullLogger<Pruning>.Instance).PruneAsync(default));
    }

    [Fact]
    public async Task A_request_is_not_as_patient()
    {
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        await using var impatient = Impatient(database);
        await using var session = await impatient.ReadAsync(default);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () => await session.ExecuteAsync("SELECT pg_sleep(3)", default));
    }

    private static Database Impatient(TestDatabase database) => new(database.Options with { ConnectionString = $"{database.Options.ConnectionString};Command Timeout=1" });

    private static async Task SlowAsync(TestDatabase database, string table)
    {
        await database.ExecuteAsync("CREATE FUNCTION slowly() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END' LANGUAGE plpgsql");
        await database.ExecuteAsync($"CREATE TRIGGER slow BEFORE DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION slowly()");
    }
}
