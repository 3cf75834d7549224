using System.Net;
using System.Text;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>Imports that are cut off, raced, hostile or not allowed: nothing comes in twice, nothing that is here changes, nobody gains a right by a name.</summary>
public abstract class ImportSafetyTests(TestServer server) : ImportSuite(server)
{
    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        ImportFile[] files = [Users($"dry-{Tag}", $"dry-{Tag}", "<<>>\u202e"), Csv("roles.csv", "id,name", $"1,dry-{Tag}")];
        var before = await CountsAsync();

        var foretold = await RunAsync(ImportKinds.Pynomaly, files, dry: true);

        Assert.Equal(before, await CountsAsync());
        Assert.Null(foretold.Id);
        Assert.Equal((2, 0, 2), (foretold.Progress.Created, foretold.Progress.Skipped, foretold.Progress.Refused));
        var done = await RunAsync(ImportKinds.Pynomaly, files);
        Assert.Equal(foretold.Progress, done.Progress);
        Assert.Equal(foretold.Report.ToJson().ToJsonString(), done.Report.ToJson().ToJsonString());
    }

    [Fact]
    public async Task Nothing_of_an_account_that_is_here_is_changed_and_none_is_taken_over_by_an_address()
    {
        var person = await TestPerson.AddAsync(Server);
        var before = await ScalarAsync("SELECT password_hash || email || security_stamp FROM users WHERE id = $1", person.Id);

        var done = await RunAsync(ImportKinds.Pynomaly, [Csv("users.csv", "username,email,password_hash,role",
            $"{person.Name},other@example.org,{Passlib},admin", $"thief-{Tag},{person.Name}@example.org,{Passlib},", $"{person.Name}@example.org,x-{Tag}@example.org,{Passlib},")]);

        Assert.Equal((0, 1, 2), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal(before, await ScalarAsync("SELECT password_hash || email || security_stamp FROM users WHERE id = $1", person.Id));
        Assert.Equal("", await RolesOfAsync(person));
    }

    [Fact]
    public async Task A_role_over_this_server_is_given_only_where_it_is_named_and_by_whom_could_give_it()
    {
        ImportFile File(string name) => Csv("users.csv", "username,password_hash,role", $"{name}-{Tag},{Passlib},boss");
        var named = new Dictionary<string, string> { ["boss"] = "user_manager" };
        var weak = new Operator { Id = "weak", Kind = OperatorKind.Client, Patterns = [ManagementPermissions.ManageSystem, ManagementPermissions.ManageUsers, ManagementPermissions.AssignRoles], IsConfirmed = true };

        await RunAsync(ImportKinds.Pynomaly, [File("named")], roles: named);
        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [File("weak")], roles: named, who: weak));
        var wrong = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [File("wrong")], roles: new Dictionary<string, string> { ["boss"] = "nobody" }));

        Assert.Equal("user_manager", await ScalarAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"named-{Tag}"));
        Assert.Equal(AdministrationProblem.Forbidden, refusal.Problem);
        Assert.Equal(AdministrationProblem.Invalid, wrong.Problem);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name IN ($1, $2)", $"weak-{Tag}", $"wrong-{Tag}")));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("failed")]
    [InlineData("killed")]
    public async Task An_import_that_was_cut_off_goes_on_where_it_was_and_nobody_comes_in_twice(string how)
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 1203).Select(number => $"many-{Tag}-{number}")])];
        using var end = new CancellationTokenSource();
        var cut = new Progress(progress =>
        {
            if (progress.Position != 1000) return;
            if (how == "failed") throw new InvalidOperationException("the disk is full");
            end.Cancel();
        });

        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(ImportKinds.Pynomaly, files, progress: cut, stop: end.Token));
        Assert.Equal(how == "failed" ? "failed" : "stopped", await ScalarAsync("SELECT state FROM imports WHERE position = 1000 AND state <> 'done'"));
        if (how == "killed") await ExecuteAsync("UPDATE imports SET state = 'running' WHERE position = 1000 AND state = 'stopped'"); // what kill -9 leaves: nobody could say that it stopped
        var again = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, files));
        var other = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [Users($"else-{Tag}")], resume: true));
        Assert.Equal(1000L, await PeopleAsync());
        var done = await RunAsync(ImportKinds.Pynomaly, files, resume: true);

        Assert.All([again, other], refusal => Assert.Equal(AdministrationProblem.Conflict, refusal.Problem));
        Assert.Equal(new ImportProgress(1203, 1203, 0, 0), done.Progress);
        Assert.Equal(1203L, await PeopleAsync());
        Assert.Equal(1203L, done.Report.Made["people"]);
        Assert.Equal("done", await ScalarAsync("SELECT state FROM imports WHERE id = $1", done.Id));
        Assert.Equal(3L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = $1 AND detail LIKE $2", "ImportAdvanced", $"%{done.Id}%")));
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = $1 AND detail LIKE $2", "ImportFinished", $"%{done.Id}%")));
    }

    [Fact]
    public async Task Two_that_go_on_with_one_import_do_not_both()
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 700).Select(number => $"race-{Tag}-{number}")])];
        var id = "";
        var second = new Progress(progress =>
        {
            if (progress.Position != 500) return;
            id = (string)Server.ScalarAsync("SELECT id FROM imports WHERE position = 500 AND state = 'running'").GetAwaiter().GetResult()!;
            RunAsync(ImportKinds.Pynomaly, files, resume: true).GetAwaiter().GetResult();
        });

        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, files, progress: second));

        Assert.Equal(AdministrationProblem.Conflict, refusal.Problem);
        Assert.Equal("done", await ScalarAsync("SELECT state FROM imports WHERE id = $1", id));
        Assert.Equal(700L, await PeopleAsync("race"));
    }

    [Fact]
    public async Task Hostile_rows_are_refused_one_by_one_and_the_others_come_in()
    {
        var done = await RunAsync(ImportKinds.Pynomaly, [Json("users.json", new[]
        {
            new { username = $"ok-{Tag}", email = $"ok-{Tag}@example.org", full_name = "=HYPERLINK(\"https://evil.example\")", hashed_password = Passlib },
            new { username = $"ok-{Tag}", email = $"again-{Tag}@example.org", full_name = "Twice", hashed_password = Passlib },
            new { username = $"nul\0-{Tag}", email = $"nul-{Tag}@example.org", full_name = "N", hashed_password = Passlib },
            new { username = $"turn\u202e-{Tag}", email = $"turn-{Tag}@example.org", full_name = "T", hashed_password = Passlib },
            new { username = $"big-{Tag}", email = $"big-{Tag}@example.org", full_name = new string('x', 10_000_000), hashed_password = Passlib },
            new { username = $"slow-{Tag}", email = $"slow-{Tag}@example.org", full_name = "bell\u0007", hashed_password = "$pbkdf2-sha256$1000000000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
            new { username = $"bad-{Tag}", email = "no address\r\nBcc: x", full_name = "B", hashed_password = Passlib },
        })]);

        Assert.Equal((2, 0, 5), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal([ImportWords.Address, ImportWords.Claim, ImportWords.Malformed, ImportWords.Name, ImportWords.PasswordNotKept, ImportWords.Twice], done.Report.Notes.Select(note => note.Code).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Tag, done.Report.ToJson().ToJsonString(), StringComparison.Ordinal); // neither names nor addresses
        Assert.Null(await SignInAsync($"slow-{Tag}"));
        Assert.All(Server.Logs.Lines, line => Assert.DoesNotContain(Passlib, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"users":[{"username":"a","username":"b"}]}""")]
    [InlineData("""[{"username":""")]
    public async Task A_file_that_is_no_such_file_is_refused_before_anything_is_entered(string content)
    {
        var before = await CountsAsync();

        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(ImportKinds.Pynomaly, [ImportFile.Of("users.json", Encoding.UTF8.GetBytes(content))]));

        Assert.Equal(before, await CountsAsync());
    }

    [Fact]
    public async Task Over_the_API_small_files_are_imported_by_who_may_and_has_just_signed_in()
    {
        var admin = await AdminAsync("owner");
        var reader = await AdminAsync("reader");
        object Body(bool dry) => new { kind = "pynomaly", dry_run = dry, files = new[] { new { name = "users.csv", content = $"username,password_hash\napi-{Tag},{Passlib}\n" + string.Concat(Enumerable.Range(0, 1500).Select(n => $"bad {n}\u2066,{Passlib}\n")) } } };

        await RefusedAsync("POST", "/imports", reader.Token, Body(true));
        var foretold = await AskAsync("POST", "/imports", admin.Token, Body(true));
        var done = await AskAsync("POST", "/imports", admin.Token, Body(false));
        var one = await AskAsync("GET", $"/imports/{done.GetProperty("id").GetString()}", reader.Token);

        Assert.True(foretold.GetProperty("dry_run").GetBoolean());
        Assert.Equal(1, done.GetProperty("created").GetInt32());
        Assert.Equal(1500, one.GetProperty("refused").GetInt32());
        Assert.Equal("done", one.GetProperty("state").GetString());
        Assert.Contains((await AskAsync("GET", "/imports?limit=200", reader.Token)).GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == done.GetProperty("id").GetString());
        await RefusedAsync("POST", "/imports", admin.Token, new { kind = "ldap", files = new[] { new { name = "a", content = "b" } } }, HttpStatusCode.BadRequest);
        await RefusedAsync("GET", "/imports/none", admin.Token, status: HttpStatusCode.NotFound);
        Server.Clock.Move(TimeSpan.FromMinutes(11));
        await RefusedAsync("POST", "/imports", admin.Token, Body(true), HttpStatusCode.Unauthorized);
    }

    private async Task<long> PeopleAsync(string prefix = "many") => Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE $1", $"{prefix}-{Tag}-%"));

    private async Task<string> CountsAsync()
    {
        List<string> counts = [];
        foreach (var table in new[] { "users", "roles", "user_roles", "scopes", "applications", "authenticators", "imports" }) counts.Add($"{table} {await Server.ScalarAsync($"SELECT COUNT(*) FROM {table}")}");
        return string.Join(", ", counts);
    }

    private sealed class Progress(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}

public sealed class ImportSafetyTestsOnSqlite(SqliteServer server) : ImportSafetyTests(server), IClassFixture<SqliteServer>;

public sealed class ImportSafetyTestsOnPostgreSql(PostgreSqlServer server) : ImportSafetyTests(server), IClassFixture<PostgreSqlServer>;
