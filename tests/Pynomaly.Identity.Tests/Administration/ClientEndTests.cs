using System.Data.Common;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>The end of a client that very many people used, and of one whose API keys end at the same moment: nobody waits for all of it, and never two for each other (<see cref="PersonRows"/>).</summary>
public abstract class ClientEndTests(TestServer server) : AdminSuite(server)
{
    private const int Many = (2 * LivingGrants.Part) + 300;

    [Theory]
    [InlineData("delete")]
    [InlineData("disable")]
    [InlineData("end tokens")]
    public async Task The_grants_of_a_client_that_has_thousands_end_in_parts_to_the_last(string act)
    {
        var client = await ClientOfManyAsync();

        switch (act)
        {
            case "delete":
                Assert.Equal(Many, (await Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, client, null, Stop)).Grants);
                break;
            case "disable":
                await Get<ClientAdministration>().DisableAsync(Operator.CommandLine, client, null, Stop);
                break;
            default:
                await Get<RevocationAdministration>().CutOffClientAsync(Operator.CommandLine, client, Stop);
                break;
        }

        Assert.Equal((0L, (long)Many), (await NumberAsync("SELECT COUNT(*) FROM authorizations WHERE client_id = $1 AND ended IS NULL", client), await NumberAsync("SELECT COUNT(*) FROM authorizations WHERE client_id = $1", client)));
        Assert.Equal((long)Many, await NumberAsync("SELECT COUNT(*) FROM revocations WHERE kind = 'jti' AND created >= $1", Server.Clock.GetUtcNow()));
        Assert.Equal(1L, await NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ApplicationEnded' AND client_id = $1", client));
        if (!Get<Database>().IsSqlite) Assert.True(await NumberAsync("SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM authorizations WHERE client_id = $1 GROUP BY xmin) parts", client) <= LivingGrants.Part, "One transaction ended more than a part, and held the turn on the list meanwhile");
    }

    [Fact]
    public async Task An_operator_who_may_not_delete_the_client_ends_none_of_its_grants()
    {
        var client = await ClientOfManyAsync();
        await ExecuteAsync("UPDATE applications SET metadata = REPLACE(metadata, 'read:*', 'manage:users') WHERE client_id = $1", client);
        var weak = new Operator { Id = "weak", Kind = OperatorKind.Client, Patterns = [ManagementPermissions.ManageClients], IsConfirmed = true };

        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => Get<ClientAdministration>().DeleteAsync(weak, client, null, Stop));

        Assert.Equal(AdministrationProblem.Forbidden, refusal.Problem);
        Assert.Equal((1L, (long)Many), (await EnabledAsync(client), await LivingAsync(client)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_knows_another_version_of_the_client_ends_none_of_its_grants(bool deletes)
    {
        var client = await ClientOfManyAsync();

        await Assert.ThrowsAsync<AdministrationException>(() => EndAsync(deletes, client, Stop, "another version"));

        Assert.Equal((1L, (long)Many), (await EnabledAsync(client), await LivingAsync(client)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_stops_the_end_of_a_busy_client_halfway_leaves_it_off_and_its_tokens_dead_and_asked_again_it_ends(bool deletes)
    {
        var client = await ClientOfManyAsync();
        var key = await Server.KeyAsync(null, client, new ApiKeyDraft { Name = "job", Permissions = ["read:*"] });
        var token = await Server.Machine().TokenOfAsync(key);
        await using (await ObstacleAsync(client))
        {
            await Assert.ThrowsAnyAsync<DbException>(() => EndAsync(deletes, client, Stop));

            Assert.Equal((0L, Many - (2L * LivingGrants.Part)), (await EnabledAsync(client), await LivingAsync(client)));
            Assert.False(await Server.Machine().IsActiveAsync(token));
            await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        }

        await EndAsync(deletes, client, Stop);

        Assert.Equal((deletes ? 0L : 1L, 0L), (await NumberAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1", client), await LivingAsync(client)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_asked_for_the_end_of_a_busy_client_may_go_as_soon_as_it_is_off(bool deletes)
    {
        var client = await ClientOfManyAsync();
        using var asked = new CancellationTokenSource();
        var end = Task.Run(() => EndAsync(deletes, client, asked.Token), Stop);
        await Until.TrueAsync(async () => await EnabledAsync(client) == 0, "a client that is off");

        await asked.CancelAsync();
        await end;

        Assert.Equal((deletes ? 0L : 1L, 0L), (await NumberAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1", client), await LivingAsync(client)));
    }

    [Fact]
    public async Task The_consents_of_a_client_that_thousands_gave_go_to_the_last_and_are_told()
    {
        var client = await AddClientAsync(TestKeys.Service());
        await ExecuteAsync($"""
            INSERT INTO consents (user_id, client_id, scope, resource, claims, created, updated)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many}) SELECT $2 || i, $1, 'openid', '', '', $3, $3 FROM n
            """, client, Secrets.CreateId(), Server.Clock.GetUtcNow());

        var ends = await Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, client, null, Stop);

        Assert.Equal((long)Many, ends.Consents);
        Assert.Equal((0L, 0L), (await NumberAsync("SELECT COUNT(*) FROM consents WHERE client_id = $1", client), await NumberAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1", client)));
    }

    [Fact]
    public async Task A_file_that_ends_a_client_enters_its_cut_off_as_the_last_of_a_transaction_that_may_take_long()
    {
        var id = $"client-{Guid.NewGuid():N}";
        ConfigurationFile File(string enabled)
        {
            var file = new ConfigurationFile();
            file.Add("end.json", Encoding.UTF8.GetBytes($$"""{ "applications": [ { "client_id": "{{id}}", "redirect_uris": ["https://c.test/cb"], "scope": "openid", "token_endpoint_auth_method": "none", "enabled": {{enabled}} } ] }"""));
            return file;
        }

        var later = new MovableClock(Server.Clock.GetUtcNow().AddMinutes(1));
        var configurator = ActivatorUtilities.CreateInstance<Configurator>(Server.Services, later);
        await configurator.ApplyAsync(Operator.CommandLine, File("true"), Stop);

        await configurator.ApplyAsync(Operator.CommandLine, File("false"), Stop);

        Assert.Equal(later.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds(), await NumberAsync("SELECT issued_before FROM revocations WHERE kind = 'client_id' AND subject = $1", id));
    }

    [Fact]
    public async Task The_cut_off_of_a_deleted_clients_key_lies_ahead_and_that_of_its_id_which_may_come_again_does_not()
    {
        var client = await AddClientAsync(TestKeys.Service());
        var key = TestKeys.IdOf(await Server.KeyAsync(null, client, new ApiKeyDraft { Name = "job", Permissions = ["read:*"] }));

        await Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, client, null, Stop);

        const string Sql = "SELECT issued_before FROM revocations WHERE kind = 'client_id' AND subject = $1";
        Assert.True(await NumberAsync(Sql, key) >= Server.Clock.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());
        Assert.Equal(Server.Clock.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds(), await NumberAsync(Sql, client));
    }

    [Fact]
    public async Task A_client_and_its_keys_end_at_once_and_hold_rows_in_one_order()
    {
        var before = Get<Database>().Deadlocks;

        for (var round = 0; round < 8; round++)
        {
            var client = await AddClientAsync(TestKeys.Service());
            List<string> keys = [];
            for (var i = 0; i < 8; i++) keys.Add(TestKeys.IdOf(await Server.KeyAsync(null, client, new ApiKeyDraft { Name = "job", Permissions = ["read:*"] })));
            var other = await AddClientAsync(TestKeys.Service());
            List<Func<Task>> acts = [.. keys.Select(key => (Func<Task>)(() => Get<ApiKeys>().RevokeAsync(Operator.CommandLine, key, null, default)))];
            acts.Insert(round, () => Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, client, null, default));
            acts.Add(() => Get<ClientAdministration>().DisableAsync(Operator.CommandLine, other, null, default));

            await Task.WhenAll(acts.Select(act => Task.Run(act)));

            Assert.Equal(8L, await NumberAsync("SELECT COUNT(*) FROM api_keys WHERE client_id = $1 AND revoked IS NOT NULL", client));
        }

        Assert.Equal(before, Get<Database>().Deadlocks);
    }

    private Task EndAsync(bool deletes, string client, CancellationToken cancellationToken, string? expected = null) => deletes
        ? Get<ClientAdministration>().DeleteAsync(Operator.CommandLine, client, expected, cancellationToken)
        : Get<ClientAdministration>().DisableAsync(Operator.CommandLine, client, expected, cancellationToken);

    // The database refuses to end the newest of its grants: the last part.
    private async Task<Obstacle> ObstacleAsync(string client)
    {
        var (name, newest) = ($"obstacle_{Guid.NewGuid():N}", (string)(await Server.ScalarAsync("SELECT id FROM authorizations WHERE client_id = $1 ORDER BY created DESC, id DESC LIMIT 1", client))!);
        if (Get<Database>().IsSqlite)
        {
            await ExecuteAsync($"CREATE TRIGGER {name} BEFORE UPDATE ON authorizations WHEN OLD.id = '{newest}' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
            return new Obstacle(() => ExecuteAsync($"DROP TRIGGER {name}"));
        }

        await ExecuteAsync($"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not this one''; END'");
        await ExecuteAsync($"CREATE TRIGGER {name} BEFORE UPDATE ON authorizations FOR EACH ROW WHEN (OLD.id = '{newest}') EXECUTE FUNCTION {name}()");
        return new Obstacle(() => ExecuteAsync($"DROP FUNCTION {name} CASCADE"));
    }

    private Task<long> EnabledAsync(string client) => NumberAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1 AND is_enabled", client);

    private Task<long> LivingAsync(string client) => NumberAsync("SELECT COUNT(*) FROM authorizations WHERE client_id = $1 AND ended IS NULL", client);

    // Some of the same moment: a part may end among them.
    private async Task<string> ClientOfManyAsync()
    {
        Server.Clock.Move(TimeSpan.FromSeconds(5)); // what is on the list from before is older
        var client = await AddClientAsync(TestKeys.Service());
        var person = await TestPerson.AddAsync(Server);
        var now = Server.Clock.GetUtcNow();
        await ExecuteAsync($"""
            INSERT INTO authorizations (id, user_id, client_id, scope, resource, auth_time, amr, acr, created, last_used, expires, is_offline, generation, tokens_issued, window_first, window_start, previous_first, access_token_lifetime)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many})
            SELECT $5 || (1000000 + i) || 'A', $2, $1, 'openid', '', $3, 'pwd', 'pwd', $3 - i / 700, $3, $3 + 3600000, $4, 1, 1, 1, $3, 1, 600 FROM n
            """, client, person.Id, now, true, Secrets.CreateId()[..14]);
        return client;
    }

    private async Task<long> NumberAsync(string sql, params object?[] values) => Convert.ToInt64(await Server.ScalarAsync(sql, values), System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Obstacle(Func<Task> remove) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(remove());
    }
}

/// <inheritdoc />
public sealed class ClientEndTestsOnSqlite(SqliteServer server) : ClientEndTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ClientEndTestsOnPostgreSql(PostgreSqlServer server) : ClientEndTests(server), IClassFixture<PostgreSqlServer>;
