using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.House;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>The two roles of docs/operating/database.md, made with the very statements that stand there: one migrates, the other serves.</summary>
public sealed class PostgreSqlRolesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_owner_migrates_and_the_server_runs_as_a_role_that_can_change_no_table()
    {
        await using var database = await TestDatabase.EmptyAsync("PostgreSql");
        var mark = Guid.CreateVersion7().ToString("n");
        await database.ExecuteAsync(Documented(mark, new NpgsqlConnectionStringBuilder(database.Options.ConnectionString).Database!));

        var owner = As(database, $"identity_owner_{mark}", migrateAtStart: true);
        await using (var node = new Database(owner))
        {
            await new Migrator(node, new ContextFactory(node), owner, NullLogger<Migrator>.Instance).MigrateAsync(None);
        }

        var app = As(database, $"identity_app_{mark}", migrateAtStart: false);
        await using var server = new Database(app);
        await new Migrator(server, new ContextFactory(server), app, NullLogger<Migrator>.Instance).PrepareAsync(None);
        await server.WriteAsync((session, stop) => session.ExecuteAsync("INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', 'a', 1, 0)", stop), None);
        await server.WriteAsync((session, stop) => session.ExecuteAsync("DELETE FROM revocations", stop), None);
        foreach (var change in (string[])["CREATE TABLE mine (n int)", "DROP TABLE revocations", "ALTER TABLE users ADD COLUMN mine int", "TRUNCATE users"])
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => server.WriteAsync((session, stop) => session.ExecuteAsync(change, stop), None));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
    }

    private static ServerOptions As(TestDatabase database, string role, bool migrateAtStart) => database.Options with
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(database.Options.ConnectionString) { Username = role }.ConnectionString,
        MigrateAtStart = migrateAtStart,
    };

    /// <summary>The statements of the document, with roles of this test's own and in the database that it has.</summary>
    private static string Documented(string mark, string name)
    {
        var document = Repository.Read("docs/operating/database.md");
        var begin = document.IndexOf("```sql\n", StringComparison.Ordinal) + "```sql\n".Length;
        return document[begin..document.IndexOf("```", begin, StringComparison.Ordinal)]
            .Replace("CREATE DATABASE identity OWNER", $"ALTER DATABASE {name} OWNER TO", StringComparison.Ordinal)
            .Replace("\\c identity\n", "", StringComparison.Ordinal)
            .Replace("identity_owner", $"identity_owner_{mark}", StringComparison.Ordinal)
            .Replace("identity_app", $"identity_app_{mark}", StringComparison.Ordinal);
    }
}
