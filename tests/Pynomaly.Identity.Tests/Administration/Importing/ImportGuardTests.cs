using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>What comes in from another system opens nothing over this server, and who lost an import to another leaves it to them (security case AD-03).</summary>
public abstract class ImportGuardTests(TestServer server) : ImportSuite(server)
{
    [Fact]
    public async Task AD_03_An_imported_client_gets_no_scope_over_this_server_and_no_scope_hides_a_permission()
    {
        var strong = $"strong-{Tag}";
        await ExecuteAsync("INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, NULL, NULL, $2, $3)", strong, "[]", """["manage:*"]""");

        var done = await RunAsync(ImportKinds.OpenIddict, [Json("openiddict.json", new
        {
            OpenIddictScopes = new[] { new { Id = "1", Name = "manage:users", Resources = """["https://one.example.org"]""" } },
            OpenIddictApplications = new object[]
            {
                new { Id = "1", ClientId = $"spa-{Tag}", ClientType = "public", Permissions = $"""["gt:authorization_code","scp:{strong}","scp:manage:users"]""", RedirectUris = """["https://spa.example.org/cb"]""", PostLogoutRedirectUris = "[]", Requirements = "[]" },
            },
        })]);

        Assert.Equal((1, 0, 1), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.ScopeName);
        Assert.DoesNotContain("manage:", await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"spa-{Tag}"), StringComparison.Ordinal);
        Assert.DoesNotContain(strong, await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"spa-{Tag}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_is_stopped_from_elsewhere_stops_at_its_batch_and_is_gone_on_with()
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 1203).Select(number => $"stop-{Tag}-{number}")])];
        var request = new ImportRequest { Kind = ImportKinds.Pynomaly, Files = files };
        Assert.Null(await Get<Imports>().FindLeftAsync(Operator.CommandLine, request, Stop));
        var stopping = new Progress(progress =>
        {
            if (progress.Position != 500) return;
            var running = Get<Imports>().FindLeftAsync(Operator.CommandLine, request, Stop).GetAwaiter().GetResult()!;
            Get<Imports>().StopAsync(Operator.CommandLine, running.Id, Stop).GetAwaiter().GetResult();
        });

        await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, files, progress: stopping));

        var left = await Get<Imports>().FindLeftAsync(Operator.CommandLine, request, Stop);
        Assert.Equal(("stopped", 500L), (left!.State, left.Position));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ImportLeft' AND detail LIKE $1", $"%{left.Id}%"));
        await Assert.ThrowsAsync<AdministrationException>(() => Get<Imports>().StopAsync(Operator.CommandLine, left.Id, Stop));
        var done = await RunAsync(ImportKinds.Pynomaly, files, resume: true);
        Assert.Equal((left.Id, 1203L, 1203L), (done.Id, done.Progress.Position, done.Progress.Created));
    }

    [Fact]
    public async Task Who_lost_an_import_to_another_does_not_say_how_it_ended()
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 1203).Select(number => $"lost-{Tag}-{number}")])];
        using var paused = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var other = Task.FromResult<ImportResult>(null!);
        var second = new Progress(progress =>
        {
            if (progress.Position != 1000) return;
            paused.Set();
            go.Wait(TimeSpan.FromSeconds(30), Stop);
        });
        var first = new Progress(progress =>
        {
            if (progress.Position != 500) return;
            other = Task.Run(() => RunAsync(ImportKinds.Pynomaly, files, resume: true, progress: second), Stop);
            Assert.True(paused.Wait(TimeSpan.FromSeconds(30), Stop));
        });

        await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, files, progress: first));

        Assert.Equal("running", await ScalarAsync("SELECT state FROM imports WHERE position = 1000 AND state <> 'done'"));
        go.Set();
        Assert.Equal("done", await ScalarAsync("SELECT state FROM imports WHERE id = $1", (await other).Id));
    }

    [Theory]
    [InlineData("role", "DELETE FROM user_roles WHERE user_id = $1")]
    [InlineData("disabled", "UPDATE users SET is_disabled = $2 WHERE id = $1")]
    [InlineData("client", "UPDATE applications SET is_enabled = $2 WHERE client_id = $1")]
    [InlineData("narrowed", "UPDATE applications SET metadata = replace(metadata, 'manage:users', 'view:users') WHERE client_id = $1")]
    public async Task AD_08_who_loses_the_right_or_the_account_brings_no_further_batch_in(string how, string statement)
    {
        string[] rights = [ManagementPermissions.ManageSystem, ManagementPermissions.ManageUsers];
        var isPerson = how is "role" or "disabled";
        var id = isPerson ? (await TestPerson.AddAsync(Server, roles: await RoleAsync(rights))).Id : await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], Permissions = [.. rights] });
        var who = new Operator { Id = id, Kind = isPerson ? OperatorKind.Person : OperatorKind.Client, Patterns = rights, IsConfirmed = true };
        object[] values = how switch { "disabled" => [id, true], "client" => [id, false], _ => [id] };
        var taking = new Progress(progress =>
        {
            if (progress.Position == 500) ExecuteAsync(statement, values).GetAwaiter().GetResult();
        });

        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [Users([.. Enumerable.Range(0, 1203).Select(number => $"right-{Tag}-{number}")])], who: who, progress: taking));

        Assert.Equal(AdministrationProblem.Forbidden, refusal.Problem);
        Assert.Equal("failed", await ScalarAsync("SELECT state FROM imports WHERE position = 500 AND actor = $1", id));
        Assert.Equal(500L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE $1", $"right-{Tag}-%"), null));
    }

    [Fact]
    public async Task AD_08_a_role_that_the_operator_may_not_give_any_more_is_given_no_further()
    {
        var given = await RoleAsync("read:datasets");
        string[] rights = [ManagementPermissions.ManageSystem, ManagementPermissions.ManageUsers, ManagementPermissions.AssignRoles];
        var role = await RoleAsync(rights);
        var who = new Operator { Id = (await TestPerson.AddAsync(Server, roles: role)).Id, Kind = OperatorKind.Person, Patterns = rights, IsConfirmed = true };
        var taking = new Progress(progress =>
        {
            if (progress.Position == 500) ExecuteAsync("UPDATE roles SET permissions = $1 WHERE name = $2", """["manage:system","manage:users"]""", role).GetAwaiter().GetResult();
        });

        var done = await RunAsync(ImportKinds.Pynomaly, [Csv("users.csv", "username,password_hash,role", [.. Enumerable.Range(0, 700).Select(number => $"give-{Tag}-{number},{Passlib},{given}")])], who: who, progress: taking);

        Assert.Equal(700, done.Progress.Created);
        Assert.Equal(500L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE r.name = $1", given), null));
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.RoleNotYours);
    }

    [Fact]
    public async Task Of_many_that_begin_one_import_at_once_one_does()
    {
        var begun = (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(BeginAsync, Stop)))).OfType<BegunImport>().ToList();

        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM imports WHERE source = (SELECT source FROM imports WHERE id = $1)", begun[0].Id), null));
        Assert.Equal(1, (await Assert.Single(begun).RunAsync(null, Stop)).Progress.Created);

        async Task<BegunImport?> BeginAsync()
        {
            try
            {
                return await Get<Imports>().BeginAsync(Operator.CommandLine, new ImportRequest { Kind = ImportKinds.Pynomaly, Files = [Users($"once-{Tag}")] }, Stop);
            }
            catch (AdministrationException)
            {
                return null;
            }
        }
    }

    private sealed class Progress(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}

/// <summary>On SQLite.</summary>
public sealed class ImportGuardTestsOnSqlite(SqliteServer server) : ImportGuardTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ImportGuardTestsOnPostgreSql(PostgreSqlServer server) : ImportGuardTests(server), IClassFixture<PostgreSqlServer>;
