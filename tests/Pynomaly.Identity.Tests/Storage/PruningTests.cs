using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>Pruning removes what can no longer matter, and revives nothing.</summary>
public sealed class PruningTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_used_code_stays_known_as_used_longer_than_it_could_be_used(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock(Now);
        await AddTokenAsync(database, "code");
        await database.Database.WriteAsync((session, stop) => OneTimeTokens.ConsumeAsync(session, "code", TokenKinds.AuthorizationCode, Now, stop), None);

        clock.Move(TimeSpan.FromHours(23));
        await PruneAsync(database, clock);

        await using var session = await database.Database.ReadAsync(None);
        Assert.NotNull((await OneTimeTokens.FindAsync(session, "code", TokenKinds.AuthorizationCode, None))?.Consumed);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_expired_long_ago_goes_in_any_number(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock(Now);
        await database.Database.WriteAsync(async (session, stop) =>
        {
            for (var i = 0; i < 1201; i++) await OneTimeTokens.AddAsync(session, Code($"code-{i}"), stop);
            return true;
        }, None);

        clock.Move(TimeSpan.FromDays(2));
        var removed = await PruneAsync(database, clock);

        Assert.Equal(1201, removed);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Among_any_number_of_used_codes_whatever_else_expired_is_found(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock(Now);
        await database.Database.WriteAsync(async (session, stop) =>
        {
            for (var i = 0; i < 4100; i++) await OneTimeTokens.AddAsync(session, Code($"code-{i}"), stop);
            return true;
        }, None);
        await database.ExecuteAsync($"INSERT INTO tokens (id, kind, created, expires) SELECT 'slot-' || id, 'slot', created, expires + 1 FROM tokens WHERE id IN ('code-1', 'code-2')");

        clock.Move(TimeSpan.FromHours(2));

        Assert.Equal(2, await PruneAsync(database, clock));
        Assert.Equal(0, await PruneAsync(database, clock));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_table_that_cannot_be_pruned_holds_up_no_other(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock(Now);
        await database.ExecuteAsync($"INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', 'a', {Now.AddMinutes(10).ToUnixTimeMilliseconds()}, {Now.ToUnixTimeMilliseconds()})");
        await database.ExecuteAsync("ALTER TABLE tokens RENAME TO tokens_away");

        clock.Move(TimeSpan.FromHours(1));

        Assert.Equal(1, await PruneAsync(database, clock));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_revocation_stays_until_its_token_has_expired_for_every_clock(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new MovableClock(Now);
        await database.ExecuteAsync($"INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', 'a', {Now.AddMinutes(10).ToUnixTimeMilliseconds()}, {Now.ToUnixTimeMilliseconds()})");

        clock.Move(TimeSpan.FromMinutes(11));
        Assert.Equal(0, await PruneAsync(database, clock));
        clock.Move(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await PruneAsync(database, clock));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_many_that_end_one_after_the_other_those_whose_time_has_come_go(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Database.WriteAsync(async (session, stop) =>
        {
            for (var i = 0; i < 1201; i++) await session.ExecuteAsync("INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', $1, $2, $3)", stop, $"{(i * 7) % 1201}", Now.AddMilliseconds(i / 2), Now);
            return true;
        }, None);

        var removed = await PruneAsync(database, new MovableClock(Now.AddMinutes(2).AddMilliseconds(550)));

        await using var session = await database.Database.ReadAsync(None);
        Assert.Equal(1100, removed);
        Assert.Equal(Now.AddMilliseconds(550).ToUnixTimeMilliseconds(), await session.FirstAsync("SELECT MIN(expires) FROM revocations", row => row.GetInt64(0), None));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_place_in_the_revocation_list_is_never_given_twice(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var insert = $"INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', '{{0}}', {Now.ToUnixTimeMilliseconds()}, {Now.ToUnixTimeMilliseconds()})";
        await database.ExecuteAsync(insert.Replace("{0}", "first", StringComparison.Ordinal));
        var first = await LastAsync(database);
        await PruneAsync(database, new MovableClock(Now.AddDays(1)));

        await database.ExecuteAsync(insert.Replace("{0}", "second", StringComparison.Ordinal));

        Assert.True(await LastAsync(database) > first, "A follower whose cursor stands at the first would never hear of the second");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Devices_mails_failures_and_bans_go_when_they_can_matter_no_more_and_not_before(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (now, user) = (Now.ToUnixTimeMilliseconds(), $"'u', 'u', 'U', {(provider == "Sqlite" ? "0, 0, 0, 0, 0" : "false, false, false, false, false")}");
        await database.ExecuteAsync($"INSERT INTO users (id, user_name, normalized_user_name, email_confirmed, phone_number_confirmed, is_disabled, two_factor_enabled, lockout_enabled, profile, created, updated, access_failed_count, lockout_rounds) VALUES ({user}, '{{}}', {now}, {now}, 0, 0)");
        await database.ExecuteAsync($"INSERT INTO devices (id, key_hash, user_id, first_seen, last_seen, access_failed_count, lockout_rounds) VALUES ('d', 'h', 'u', {now}, {now}, 0, 0)");
        await database.ExecuteAsync($"INSERT INTO outgoing_mails (id, kind, content, created, expires, next_attempt, attempts) VALUES ('m', 'k', 'c', {now}, {now}, {now}, 0)");
        await database.ExecuteAsync($"INSERT INTO sign_in_failures (source, account, at) VALUES ('192.0.2.1', 'a', {now})");
        await database.ExecuteAsync($"INSERT INTO bans (source, reason, rounds, created, until) VALUES ('192.0.2.1', 'probing', 0, {now}, {now})");

        foreach (var (table, age) in new[] { ("sign_in_failures", TimeSpan.FromHours(1)), ("outgoing_mails", TimeSpan.FromDays(1)), ("bans", TimeSpan.FromDays(7)), ("devices", TimeSpan.FromDays(400)) })
        {
            Assert.Equal(0, await PruneAsync(database, new MovableClock(Now + age)));
            Assert.Equal(1, await CountAsync(database, table));
            Assert.Equal(1, await PruneAsync(database, new MovableClock(Now + age + TimeSpan.FromMilliseconds(1))));
            Assert.Equal(0, await CountAsync(database, table));
        }

        Assert.Equal(1, await CountAsync(database, "users"));
    }

    [Fact]
    public async Task What_is_due_is_found_by_an_index_in_every_table()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");

        await PruneAsync(database, new MovableClock(Now));

        var plans = await database.Database.WriteAsync((session, _) => ValueTask.FromResult(session.Statements.Where(sql => sql.StartsWith("SELECT MAX", StringComparison.Ordinal)).ToDictionary(sql => sql, sql => Plan(session, sql))), None);
        Assert.Contains(plans.Keys, sql => sql.Contains("FROM api_keys WHERE revoked", StringComparison.Ordinal));
        Assert.All(plans, plan => Assert.DoesNotContain(plan.Value, step => step.StartsWith("SCAN ", StringComparison.Ordinal) && step != "SCAN part" || step.Contains("B-TREE", StringComparison.Ordinal)));
    }

    private static List<string> Plan(SqlSession session, string sql)
    {
        using var command = ((SqliteConnection)session.Connection).CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        command.Parameters.AddWithValue("$1", 0);
        command.Parameters.AddWithValue("$2", 0);
        List<string> steps = [];
        using var reader = command.ExecuteReader();
        while (reader.Read()) steps.Add(reader.GetString(3));
        return steps;
    }

    private static async Task<long> CountAsync(TestDatabase database, string table)
    {
        await using var session = await database.Database.ReadAsync(None);
        return await session.FirstAsync($"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0), None);
    }

    private static async Task<long> LastAsync(TestDatabase database)
    {
        await using var session = await database.Database.ReadAsync(None);
        return await session.FirstAsync("SELECT MAX(sequence) FROM revocations", row => row.GetInt64(0), None);
    }

    private static Task<bool> AddTokenAsync(TestDatabase database, string id) =>
        database.Database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, Code(id), stop), None);

    private static Token Code(string id) => new() { Id = id, Kind = TokenKinds.AuthorizationCode, Created = Now, Expires = Now.AddSeconds(60) };

    private static Task<long> PruneAsync(TestDatabase database, MovableClock clock) =>
        new Pruning(database.Database, clock, NullLogger<Pruning>.Instance).PruneAsync(None);
}
