using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Revocation while the database refuses to write: never 200, and what is true afterwards is what was answered (IR-06, CVE-2020-15223).</summary>
public abstract class RefusedWriteAttacks(TestServer server) : ServerSuite(server)
{
    private const string Refusal = "the disk is full";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IR_06_a_revocation_that_cannot_be_written_is_503_and_the_token_lives_until_one_can(bool refreshToken)
    {
        using var machine = Server.Machine();
        using var impatient = Server.ImpatientMachine();
        var tokens = await (await machine.RedeemAsync(await Server.GrantAsync())).TokensAsync();
        var sent = refreshToken ? tokens.RefreshToken! : tokens.AccessToken;

        await RefuseAsync();
        var refused = await RevokeAsync(impatient, sent);
        await AcceptAsync();

        await AssertUnavailableAsync(refused);
        Assert.True(await machine.IsActiveAsync(tokens.AccessToken));
        Assert.True(await machine.IsActiveAsync(tokens.RefreshToken!, TestData.Web));

        Assert.Equal(HttpStatusCode.OK, (await RevokeAsync(machine, sent)).StatusCode);
        Assert.False(await machine.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task IR_06_a_revocation_that_waits_too_long_for_the_writer_is_503_and_is_not_done_later()
    {
        using var machine = Server.Machine();
        using var impatient = Server.ImpatientMachine();
        var tokens = await (await machine.RedeemAsync(await Server.GrantAsync())).TokensAsync();

        HttpResponseMessage refused;
        await using (await HoldAsync()) refused = await RevokeAsync(impatient, tokens.RefreshToken!);

        await AssertUnavailableAsync(refused);
        Assert.True(await machine.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, (await RevokeAsync(machine, tokens.RefreshToken!)).StatusCode);
        Assert.False(await machine.IsActiveAsync(tokens.AccessToken));
    }

    /// <summary>A server that waits for its database no longer than an operator would have it, which the connection string of the tests is far from.</summary>
    public sealed class UsualPostgreSql() : TestServer("PostgreSql")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("ConnectionStrings:Identity", ConnectionString + ";Command Timeout=15")];
    }

    private static Task<HttpResponseMessage> RevokeAsync(HttpClient machine, string token) => machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", token));

    private static async Task AssertUnavailableAsync(HttpResponseMessage response)
    {
        await response.AssertRefusedAsync("temporarily_unavailable", HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain(Refusal, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task RefuseAsync()
    {
        if (Server.Provider == "Sqlite")
        {
            await ExecuteAsync($"CREATE TRIGGER refuse BEFORE INSERT ON revocations BEGIN SELECT RAISE(ABORT, '{Refusal}'); END");
            return;
        }

        await ExecuteAsync($"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{Refusal}'' USING ERRCODE = ''53100''; END'");
        await ExecuteAsync("CREATE TRIGGER refuse BEFORE INSERT ON revocations FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    private async Task AcceptAsync()
    {
        if (Server.Provider == "Sqlite") await ExecuteAsync("DROP TRIGGER refuse");
        else await ExecuteAsync("DROP FUNCTION refuse() CASCADE");
    }

    // Another program's transaction that goes on for longer than the server is willing to wait.
    private async Task<DbConnection> HoldAsync()
    {
        DbConnection connection = Server.Provider == "Sqlite" ? new SqliteConnection(Server.ConnectionString + ";Pooling=False") : new NpgsqlConnection(Server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Server.Provider == "Sqlite" ? "BEGIN IMMEDIATE" : "BEGIN; LOCK TABLE revocations IN EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}

public sealed class RefusedWriteAttacksOnSqlite(SqliteServer server) : RefusedWriteAttacks(server), IClassFixture<SqliteServer>;

public sealed class RefusedWriteAttacksOnPostgreSql(RefusedWriteAttacks.UsualPostgreSql server) : RefusedWriteAttacks(server), IClassFixture<RefusedWriteAttacks.UsualPostgreSql>;
