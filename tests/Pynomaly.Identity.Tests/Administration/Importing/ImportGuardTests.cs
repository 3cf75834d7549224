using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    public async Task An_import_whose_process_ended_without_a_word_is_told_as_stopped_on_every_node_and_gone_on_with_on_another()
    {
        if (Server.Nodes < 2) await Server.StartNodeAsync();
        var name = $"silent-{Tag}";
        var begun = await Get<Imports>().BeginAsync(Operator.CommandLine, new ImportRequest { Kind = ImportKinds.Pynomaly, Files = [Csv("users.csv", "username,password_hash", $"{name},{Passlib}")] }, Stop);
        Assert.Equal("running", (await Get<Imports>().GetAsync(Operator.CommandLine, begun.Id, Stop)).State);

        Server.Clock.Move(TimeSpan.FromSeconds(61)); // nobody runs it: killed between one batch and the next

        var admin = await AdminAsync("owner");
        for (var node = 0; node < 2; node++)
        {
            Assert.Equal("stopped", (await JsonAsync(await CallAsync("GET", $"/imports/{begun.Id}", admin.Token, node: node))).GetProperty("state").GetString());
            Assert.Equal("stopped", (await JsonAsync(await CallAsync("GET", "/imports", admin.Token, node: node))).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("id").GetString() == begun.Id).GetProperty("state").GetString());
        }

        var body = new { kind = "pynomaly", resume = true, files = new[] { new { name = "users.csv", content = $"username,password_hash\n{name},{Passlib}" } } };
        var done = await JsonAsync(await CallAsync("POST", "/imports", admin.Token, body, node: 1));
        Assert.Equal((begun.Id, 1), (done.GetProperty("id").GetString(), done.GetProperty("created").GetInt32()));
        Assert.Equal("done", (await Get<Imports>().GetAsync(Operator.CommandLine, begun.Id, Stop)).State);
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_an_import_that_was_stopped_and_resumed_on_it()
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 1503).Select(number => $"wait-{Tag}-{number}")])];
        var request = new ImportRequest { Kind = ImportKinds.Pynomaly, Files = files };
        using var gate = new Gate();
        using var work = new ImportWork(ActivatorUtilities.CreateInstance<Imports>(Server.Services, gate), NullLogger<ImportWork>.Instance);
        var id = await work.StartAsync(Operator.CommandLine, request, Stop);
        await gate.ReachedAsync(1); // a batch is in, and another is not begun
        await Get<Imports>().StopAsync(Operator.CommandLine, id, Stop);
        Assert.Equal(id, await work.StartAsync(Operator.CommandLine, request with { IsResumed = true }, Stop));
        await gate.ReachedAsync(2);

        var stopping = work.StopAsync(Stop);

        Assert.False(stopping.IsCompleted);
        gate.Open();
        await stopping;
        Assert.Equal(("stopped", 1000L), (await ScalarAsync("SELECT state FROM imports WHERE id = $1", id), await Server.ScalarAsync("SELECT position FROM imports WHERE id = $1", id)));
        await ExecuteAsync("DELETE FROM imports WHERE id = $1", id); // others look for what is left at a position
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
            go.Wait(Until.Patience, Stop);
        });
        var first = new Progress(progress =>
        {
            if (progress.Position != 500) return;
            other = Task.Run(() => RunAsync(ImportKinds.Pynomaly, files, resume: true, progress: second), Stop);
            Assert.True(paused.Wait(Until.Patience, Stop));
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
    public async Task AD_03_roles_of_two_clients_do_not_become_one()
    {
        var (one, other) = ($"{Tag}.b", Tag); // "TAG.b" has "c", "TAG" has "b.c": both "TAG.b.c" here
        var realm = Json("realm-export.json", new
        {
            realm = "demo",
            roles = new
            {
                realm = new object[] { new { name = $"{Tag}.plain" } },
                client = new Dictionary<string, object[]> { [one] = [new { name = "c" }], [other] = [new { name = "b.c" }, new { name = "plain" }, new { name = "own" }], [$"{Tag}/x"] = [new { name = "y" }] },
            },
            users = new object[]
            {
                new { username = $"one-{Tag}", realmRoles = new[] { $"{Tag}.plain" }, clientRoles = new Dictionary<string, string[]> { [one] = ["c"] } },
                new { username = $"other-{Tag}", clientRoles = new Dictionary<string, string[]> { [other] = ["b.c", "plain", "own", "x/y"] } }, // "TAG/x/y" is written for two
            },
        });

        var done = await RunAsync(ImportKinds.Keycloak, [realm], roles: new() { [$"{one}/c"] = "viewer", [$"{Tag}/x/y"] = "analyst" });

        Assert.Equal([$"{Tag}.plain", "viewer"], await RolesAsync($"one-{Tag}"));
        Assert.Equal([$"{Tag}.own"], await RolesAsync($"other-{Tag}"));
        var notes = done.Report.Notes.Where(note => note.Code == ImportWords.RoleAmbiguous).ToList();
        Assert.NotEmpty(notes);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM roles WHERE name IN ($1, $2)", $"{Tag}.b.c", $"{Tag}.x.y"), System.Globalization.CultureInfo.InvariantCulture));

        async Task<IEnumerable<string>> RolesAsync(string name) =>
            (await Get<People>().GetAsync(Operator.CommandLine, (await Get<People>().FindIdAsync(Operator.CommandLine, name, Stop))!, Stop)).Account.Roles.Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task AD_03_a_slash_in_the_name_of_a_role_makes_it_nobodys()
    {
        var (shop, slash) = ($"shop-{Tag}", $"x-{Tag}/y");
        await ExecuteAsync("INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions, require_second_factor) VALUES ($1, $2, $3, $1, NULL, '[]', $4)", $"x-{Tag}", $"x-{Tag}.y", $"X-{Tag}.Y".ToUpperInvariant(), false);
        var realm = await RunAsync(ImportKinds.Keycloak, [Json("realm-export.json", new
        {
            realm = "demo",
            roles = new { realm = new object[] { new { name = $"{shop}/buyer" }, new { name = slash } }, client = new Dictionary<string, object[]> { [shop] = [new { name = "buyer" }, new { name = "seller" }] } },
            users = new object[] { new { username = $"realm-{Tag}", realmRoles = new[] { $"{shop}/buyer", slash }, clientRoles = new Dictionary<string, string[]> { [shop] = ["seller"] } } },
        })], roles: new() { [$"{shop}/buyer"] = "viewer" });
        var tables = await RunAsync(ImportKinds.AspNet, [Json("aspnet.json", new
        {
            AspNetUsers = new[] { new { Id = "1", UserName = $"net-{Tag}" } },
            AspNetRoles = new[] { new { Id = "1", Name = slash } },
            AspNetUserRoles = new[] { new { UserId = "1", RoleId = "1" } },
        })]);

        Assert.Equal([$"{shop}.seller"], await RolesAsync($"realm-{Tag}"));
        Assert.Contains(realm.Report.Notes, note => note.Code == ImportWords.RoleAmbiguous);
        Assert.Contains(realm.Report.Notes, note => note.Code == ImportWords.RoleUnknown);
        Assert.Empty(await RolesAsync($"net-{Tag}"));
        Assert.Contains(tables.Report.Notes, note => note.Code == ImportWords.RoleUnknown);
        Assert.DoesNotContain(tables.Report.Notes, note => note.Code == ImportWords.ClientRole);

        async Task<IEnumerable<string>> RolesAsync(string name) =>
            (await Get<People>().GetAsync(Operator.CommandLine, (await Get<People>().FindIdAsync(Operator.CommandLine, name, Stop))!, Stop)).Account.Roles.Order(StringComparer.Ordinal);
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

    private static async Task<System.Text.Json.JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return System.Text.Json.JsonElement.Parse(text);
    }

    // Holds every run after each of its batches, where it logs that it advanced.
    private sealed class Gate : ILogger<Imports>, IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private int _reached;

        public Task ReachedAsync(int count) => Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref _reached) == count), $"{count} runs are held");

        public void Open() => _open.Set();

        public void Dispose() => _open.Dispose();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != "ImportAdvanced") return;
            Interlocked.Increment(ref _reached);
            _open.Wait(Until.Patience, Stop);
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
