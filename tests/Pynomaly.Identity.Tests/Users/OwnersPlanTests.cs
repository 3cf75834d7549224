using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Whether somebody owns this server is asked at each role that is given or taken: among any number of people it reads only the owners.</summary>
public sealed class OwnersPlanTests
{
    [Fact]
    public async Task Among_many_people_only_owners_are_read()
    {
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        await database.ExecuteAsync("""
            INSERT INTO users (id, user_name, normalized_user_name, email_confirmed, phone_number_confirmed, profile, is_disabled, created, updated, security_stamp, concurrency_stamp, two_factor_enabled, lockout_enabled,
              access_failed_count, lockout_rounds, factor_failed_count, factor_lockout_rounds)
            SELECT 'u' || i, 'person' || i, 'PERSON' || i, FALSE, FALSE, '{}', FALSE, 0, 0, 's', 'c', FALSE, TRUE, 0, 0, 0, 0 FROM generate_series(1, 30000) i
            """);
        await database.ExecuteAsync("""
            INSERT INTO roles (id, name, normalized_name, concurrency_stamp, permissions, require_second_factor)
            SELECT 'r' || i, 'role' || i, 'ROLE' || i, 'c', CASE i WHEN 1 THEN '["*:*"]' ELSE '["read:*"]' END, FALSE FROM generate_series(1, 10) i
            """);
        await database.ExecuteAsync("INSERT INTO user_roles (user_id, role_id) SELECT 'u' || i, 'r' || (CASE WHEN i = 29999 THEN 1 ELSE i % 9 + 2 END) FROM generate_series(1, 30000) i");
        await database.ExecuteAsync("ANALYZE");

        var (any, last, read) = await database.Database.WriteAsync(async (session, stop) => (await Owners.AnyAsync(session, stop), await Owners.IsLastAsync(session, "u29999", stop), await session.FirstAsync(
            "SELECT COALESCE(SUM(seq_tup_read), 0)::bigint FROM pg_stat_xact_user_tables WHERE relname IN ('users', 'user_roles')", row => row.GetInt64(0), stop)), TestContext.Current.CancellationToken);

        Assert.Equal((true, true, 0L), (any, last, read));
    }
}
