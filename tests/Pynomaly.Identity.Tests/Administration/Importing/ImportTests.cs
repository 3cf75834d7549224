using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>Accounts and clients of other systems: who comes in signs in with the old password, what cannot be kept is said, what is here stays as it is.</summary>
public abstract class ImportTests(TestServer server) : AdminSuite(server)
{
    private const string Password = "correct horse battery staple";

    // As passlib 1.7.4 made them of that password: CryptContext(schemes=["bcrypt"]), and an older one that wrote $2a$.
    private const string Passlib = "$2b$10$btzqKdEmZzBntcHKRO24WuomBJn7R5Xt4rr8gS.r/43GwKULrlWJS";
    private const string PasslibOld = "$2a$12$91JDe5oZoEr91HvzagkKuuagnDVx0jlZn3ckBicB/xQVcq69f4Zk6";

    private readonly string tag = Guid.NewGuid().ToString("N")[..12];

    [Fact]
    public async Task People_of_Pynomalys_tables_sign_in_with_their_old_passwords_which_are_hashed_anew()
    {
        var done = await RunAsync(ImportKinds.Pynomaly, [
            Csv("users.csv", "id,email,username,first_name,last_name,password_hash,status,is_active,settings,email_verified_at,created_at",
                $"1,one-{tag}@example.org,one-{tag},Ada,Lovelace,{Passlib},active,true,{{}},2025-01-02 03:04:05,2024-01-01",
                $"2,two-{tag}@example.org,two-{tag},Bob,B,{PasslibOld},active,1,{{}},,2024-01-01",
                $"3,off-{tag}@example.org,off-{tag},Off,O,{Passlib},suspended,t,{{}},,2024-01-01"),
            Csv("roles.csv", "id,name,description,is_system_role", $"10,team-{tag},The team,false", "11,admin,,true"),
            Csv("user_roles.csv", "user_id,role_id", "1,10", "1,11", "2,10"),
            Csv("permissions.csv", "id,name,resource,action", "20,read:detectors,detectors,read", "21,manage_users,users,manage"),
            Csv("role_permissions.csv", "role_id,permission_id", "10,20", "10,21"),
            Csv("api_keys.csv", "id,key_hash,name,user_id,is_active", "30,abc,ci,1,true"),
        ]);

        Assert.Equal((4, 2, 0), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal(ImportWords.RoleManages, Assert.Single(done.Report.Notes, note => note.Code == ImportWords.RoleManages).Code);
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.ApiKeys);
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.Pattern);
        Assert.StartsWith("$2b$10$", await HashOfAsync($"one-{tag}"), StringComparison.Ordinal);
        Assert.Equal(Paths.AccountPage, await SignInAsync($"one-{tag}"));
        Assert.Equal(Paths.AccountPage, await SignInAsync($"TWO-{tag}@example.org"));
        Assert.Null(await SignInAsync($"off-{tag}"));
        Assert.All([await HashOfAsync($"one-{tag}"), await HashOfAsync($"two-{tag}")], hash => Assert.StartsWith("pyn1$2b$", hash, StringComparison.Ordinal));
        Assert.Equal($"team-{tag}", await ScalarAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"one-{tag}"));
        Assert.Equal("""["read:detectors"]""", await ScalarAsync("SELECT permissions FROM roles WHERE name = $1", $"team-{tag}"));
        Assert.Contains("\"name\":\"Ada Lovelace\"", await ScalarAsync("SELECT profile FROM users WHERE user_name = $1", $"one-{tag}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_of_an_ASP_NET_Core_Identity_database_sign_in_with_both_versions_of_its_hashes_and_their_apps()
    {
        var seed = RandomNumberGenerator.GetBytes(20);
        var path = Path.Combine(Path.GetTempPath(), $"aspnet-{tag}.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            foreach (var sql in new[]
            {
                "CREATE TABLE \"AspNetRoles\" (\"Id\" TEXT PRIMARY KEY, \"Name\" TEXT, \"NormalizedName\" TEXT, \"ConcurrencyStamp\" TEXT)",
                "CREATE TABLE \"AspNetUsers\" (\"Id\" TEXT PRIMARY KEY, \"UserName\" TEXT, \"NormalizedUserName\" TEXT, \"Email\" TEXT, \"NormalizedEmail\" TEXT, \"EmailConfirmed\" INTEGER NOT NULL, \"PasswordHash\" TEXT, \"SecurityStamp\" TEXT, \"ConcurrencyStamp\" TEXT, \"PhoneNumber\" TEXT, \"PhoneNumberConfirmed\" INTEGER NOT NULL, \"TwoFactorEnabled\" INTEGER NOT NULL, \"LockoutEnd\" TEXT, \"LockoutEnabled\" INTEGER NOT NULL, \"AccessFailedCount\" INTEGER NOT NULL)",
                "CREATE TABLE \"AspNetUserRoles\" (\"UserId\" TEXT, \"RoleId\" TEXT)",
                "CREATE TABLE \"AspNetUserTokens\" (\"UserId\" TEXT, \"LoginProvider\" TEXT, \"Name\" TEXT, \"Value\" TEXT)",
                "CREATE TABLE \"AspNetUserLogins\" (\"LoginProvider\" TEXT, \"ProviderKey\" TEXT, \"ProviderDisplayName\" TEXT, \"UserId\" TEXT)",
                $"INSERT INTO \"AspNetRoles\" VALUES ('r1', 'Team-{tag}', 'TEAM-{tag}', NULL)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('A', 'v2-{tag}@example.org', '', 'v2-{tag}@example.org', '', 1, '{ForeignHashTests.AspNet(PasswordHasherCompatibilityMode.IdentityV2, Password)}', 's', 'c', '+49 30 1234567', 1, 0, NULL, 1, 0)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('B', 'v3-{tag}', '', 'v3-{tag}@example.org', '', 0, '{ForeignHashTests.AspNet(PasswordHasherCompatibilityMode.IdentityV3, Password)}', 's', 'c', NULL, 0, 1, NULL, 1, 0)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('C', 'shut-{tag}', '', NULL, NULL, 0, NULL, 's', 'c', NULL, 0, 0, '9999-12-31 23:59:59.9999999+00:00', 1, 0)",
                "INSERT INTO \"AspNetUserRoles\" VALUES ('A', 'r1')",
                $"INSERT INTO \"AspNetUserTokens\" VALUES ('B', '[AspNetUserStore]', 'AuthenticatorKey', '{Base32.Encode(seed)}'), ('B', '[AspNetUserStore]', 'RecoveryCodes', 'a;b')",
                "INSERT INTO \"AspNetUserLogins\" VALUES ('Google', 'x', 'Google', 'A')",
            })
            {
                await using var command = connection.CreateCommand();
                command.CommandText = sql;
                await command.ExecuteNonQueryAsync(Stop);
            }
        }

        try
        {
            var done = await RunAsync(ImportKinds.AspNet, [ImportFile.At(path)]);

            Assert.Equal((4, 0, 0), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
            Assert.Equal([ImportWords.External, ImportWords.FactorLost, ImportWords.PasswordNone, ImportWords.PasswordWeak], done.Report.Notes.Select(note => note.Code).Order(StringComparer.Ordinal));
            Server.Apps.Scan($"v3-{tag}", Base32.Encode(seed));
            Assert.Equal(Paths.AccountPage, await SignInAsync($"v2-{tag}@example.org"));
            Assert.StartsWith(Paths.FactorPage, await SignInAsync($"v3-{tag}"), StringComparison.Ordinal);
            Assert.Equal(Paths.AccountPage, await SignInWithAppAsync($"v3-{tag}"));
            Assert.StartsWith("pyn1$2b$", await HashOfAsync($"v3-{tag}"), StringComparison.Ordinal);
            Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name = $1 AND is_disabled = $2 AND password_hash IS NULL", $"shut-{tag}", true)));
            Assert.Equal("+49 30 1234567", await ScalarAsync("SELECT phone_number FROM users WHERE user_name = $1", $"v2-{tag}@example.org"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Clients_of_OpenIddict_keep_their_secrets_and_what_they_may_do_here_too()
    {
        var done = await RunAsync(ImportKinds.OpenIddict, [Json("openiddict.json", new
        {
            OpenIddictScopes = new[] { new { Id = "1", Name = $"reports-{tag}", DisplayName = "Reports", Description = "Read reports", Resources = """["https://reports.example.org","resource_server_1","https://id.test"]""" } },
            OpenIddictApplications = new object[]
            {
                new { Id = "1", ClientId = $"service-{tag}", ClientSecret = Secret(10_000), ClientType = "confidential", ConsentType = "explicit", DisplayName = "A service",
                    Permissions = $"""["ept:token","gt:client_credentials","scp:reports-{tag}","scp:administration"]""", Requirements = (string?)null, Settings = """{"tkn_lft:act":"00:20:00"}""" },
                new { Id = "2", ClientId = $"web-{tag}", ClientSecret = Secret(1_000_000_000), ClientType = "confidential", ConsentType = "implicit", RedirectUris = """["https://web.example.org/cb"]""",
                    PostLogoutRedirectUris = """["https://web.example.org/"]""", Permissions = """["ept:authorization","ept:token","gt:authorization_code","gt:refresh_token","gt:implicit","gt:password","rst:code","scp:profile"]""" },
                new { Id = "3", ClientId = $"app-{tag}", ClientType = "public", RedirectUris = """["com.example.app:/cb"]""", Permissions = """["gt:authorization_code","rst:code"]""", Requirements = """["ft:pkce"]""" },
                new { Id = "4", ClientId = $"device-{tag}", Type = "public", Permissions = """["gt:urn:ietf:params:oauth:grant-type:device_code"]""" },
                new { Id = "5", ClientId = $"evil-{tag}", ClientType = "public", RedirectUris = """["javascript:alert(1)"]""", Permissions = """["gt:authorization_code"]""" },
            },
        })]);

        Assert.Equal((4, 0, 2), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal($"web-{tag}", Assert.Single(done.Report.Notes, note => note.Code == ImportWords.SecretNeeded).Examples[0].Split(": ")[1]);
        Assert.Equal(2, done.Report.Notes.Single(note => note.Code == ImportWords.Resource).Count);
        var metadata = await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"service-{tag}");
        Assert.Contains($"\"scope\":\"reports-{tag}\"", metadata, StringComparison.Ordinal);
        Assert.Contains("\"access_token_lifetime\":1200", metadata, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"openid profile offline_access\"", await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"web-{tag}"), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await TokenAsync(Password)).StatusCode);
            await (await TokenAsync(Password + "r")).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task A_realm_of_Keycloak_comes_in_with_people_groups_apps_and_clients()
    {
        const string seed = "Dnt3bXqzLwPfQ8kR2vYc"; // as Keycloak makes them: a text whose bytes are the key
        var (salt, value) = ForeignHashTests.Derive(HashAlgorithmName.SHA512, 210_000, 64, Password);
        var done = await RunAsync(ImportKinds.Keycloak, [Json("realm-export.json", new
        {
            realm = "demo",
            roles = new { realm = new object[] { new { name = $"writer-{tag}", composite = false }, new { name = $"lead-{tag}", composite = true, composites = new { realm = new[] { $"writer-{tag}" } } }, new { name = "offline_access" } } },
            groups = new[] { new { name = "all", path = "/all", realmRoles = new[] { $"writer-{tag}" }, subGroups = new[] { new { name = "heads", path = "/all/heads", realmRoles = new[] { $"lead-{tag}" } } } } },
            users = new object[]
            {
                new
                {
                    username = $"kc-{tag}", email = $"kc-{tag}@example.org", emailVerified = true, firstName = "Kay", lastName = "Cee", enabled = true, groups = new[] { "/all/heads" }, realmRoles = new[] { "default-roles-demo", "admin" },
                    clientRoles = new Dictionary<string, string[]> { ["shop"] = ["buyer"], ["account"] = ["manage-account"] }, attributes = new { locale = new[] { "de" } },
                    credentials = new object[]
                    {
                        new { type = "password", secretData = JsonSerializer.Serialize(new { value, salt }), credentialData = """{"hashIterations":210000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}""" },
                        new { type = "otp", userLabel = "Phone", secretData = JsonSerializer.Serialize(new { value = seed }), credentialData = """{"subType":"totp","digits":6,"counter":0,"period":30,"algorithm":"HmacSHA1"}""" },
                        new { type = "otp", secretData = JsonSerializer.Serialize(new { value = seed }), credentialData = """{"subType":"totp","digits":8,"period":30,"algorithm":"HmacSHA256"}""" },
                    },
                },
                new { username = $"argon-{tag}", enabled = true, credentials = new[] { new { type = "password", secretData = """{"value":"AAAA","salt":"AAAA"}""", credentialData = """{"hashIterations":5,"algorithm":"argon2"}""" } } },
                new { username = "service-account-shop", serviceAccountClientId = "shop" },
            },
            clients = new object[]
            {
                new { clientId = "account-console", publicClient = true },
                new { clientId = $"shop-{tag}", name = "Shop", secret = "wTq1jZ8rN3cVb6Yx0LmKsD5fGh2PuAe9", rootUrl = "https://shop.example.org", redirectUris = new[] { "/cb", "https://shop.example.org/*" }, standardFlowEnabled = true, directAccessGrantsEnabled = true,
                    serviceAccountsEnabled = true, defaultClientScopes = new[] { "profile", "roles", "web-origins" }, attributes = new Dictionary<string, string> { ["post.logout.redirect.uris"] = "+", ["access.token.lifespan"] = "300" } },
                new { clientId = $"masked-{tag}", secret = "**********", redirectUris = new[] { "https://m.example.org/cb" } },
                new { clientId = $"saml-{tag}", protocol = "saml" },
            },
        })]);

        Assert.Equal((6, 3, 1), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Superset([ImportWords.PasswordNotKept, ImportWords.FactorNotKept, ImportWords.RoleManages, ImportWords.ClientRole, ImportWords.SecretNeeded, ImportWords.Redirect, ImportWords.Grant, ImportWords.NotOpenId],
            done.Report.Notes.Select(note => note.Code).ToHashSet());
        Server.Apps.Scan($"kc-{tag}", Base32.Encode(Encoding.UTF8.GetBytes(seed)));
        Assert.Equal(Paths.AccountPage, await SignInWithAppAsync($"kc-{tag}"));
        Assert.StartsWith("pyn1$2b$", await HashOfAsync($"kc-{tag}"), StringComparison.Ordinal);
        Assert.Equal(2L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM user_roles ur JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"kc-{tag}")));
        var shop = await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"shop-{tag}");
        Assert.Contains("\"redirect_uris\":[\"https://shop.example.org/cb\"]", shop, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"openid profile\"", shop, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect") { Content = new FormUrlEncodedContent([new("token", "none")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"shop-{tag}:wTq1jZ8rN3cVb6Yx0LmKsD5fGh2PuAe9")));
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().SendAsync(request, Stop)).StatusCode);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        ImportFile[] files = [Users($"dry-{tag}", $"dry-{tag}", "<<>>\u202e"), Csv("roles.csv", "id,name", $"1,dry-{tag}")];
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
            $"{person.Name},other@example.org,{Passlib},admin", $"thief-{tag},{person.Name}@example.org,{Passlib},", $"{person.Name}@example.org,x-{tag}@example.org,{Passlib},")]);

        Assert.Equal((0, 1, 2), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal(before, await ScalarAsync("SELECT password_hash || email || security_stamp FROM users WHERE id = $1", person.Id));
        Assert.Equal("", await RolesOfAsync(person));
    }

    [Fact]
    public async Task A_role_over_this_server_is_given_only_where_it_is_named_and_by_whom_could_give_it()
    {
        ImportFile File(string name) => Csv("users.csv", "username,password_hash,role", $"{name}-{tag},{Passlib},boss");
        var named = new Dictionary<string, string> { ["boss"] = "user_manager" };
        var weak = new Operator { Id = "weak", Kind = OperatorKind.Client, Patterns = [ManagementPermissions.ManageSystem, ManagementPermissions.ManageUsers, ManagementPermissions.AssignRoles], IsConfirmed = true };

        await RunAsync(ImportKinds.Pynomaly, [File("named")], roles: named);
        var refusal = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [File("weak")], roles: named, who: weak));
        var wrong = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [File("wrong")], roles: new Dictionary<string, string> { ["boss"] = "nobody" }));

        Assert.Equal("user_manager", await ScalarAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"named-{tag}"));
        Assert.Equal(AdministrationProblem.Forbidden, refusal.Problem);
        Assert.Equal(AdministrationProblem.Invalid, wrong.Problem);
        Assert.Equal(0L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name IN ($1, $2)", $"weak-{tag}", $"wrong-{tag}")));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("failed")]
    [InlineData("killed")]
    public async Task An_import_that_was_cut_off_goes_on_where_it_was_and_nobody_comes_in_twice(string how)
    {
        ImportFile[] files = [Users([.. Enumerable.Range(0, 1203).Select(number => $"many-{tag}-{number}")])];
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
        var other = await Assert.ThrowsAsync<AdministrationException>(() => RunAsync(ImportKinds.Pynomaly, [Users($"else-{tag}")], resume: true));
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
        ImportFile[] files = [Users([.. Enumerable.Range(0, 700).Select(number => $"race-{tag}-{number}")])];
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
            new { username = $"ok-{tag}", email = $"ok-{tag}@example.org", full_name = "=HYPERLINK(\"https://evil.example\")", hashed_password = Passlib },
            new { username = $"ok-{tag}", email = $"again-{tag}@example.org", full_name = "Twice", hashed_password = Passlib },
            new { username = $"nul\0-{tag}", email = $"nul-{tag}@example.org", full_name = "N", hashed_password = Passlib },
            new { username = $"turn\u202e-{tag}", email = $"turn-{tag}@example.org", full_name = "T", hashed_password = Passlib },
            new { username = $"big-{tag}", email = $"big-{tag}@example.org", full_name = new string('x', 10_000_000), hashed_password = Passlib },
            new { username = $"slow-{tag}", email = $"slow-{tag}@example.org", full_name = "bell\u0007", hashed_password = "$pbkdf2-sha256$1000000000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
            new { username = $"bad-{tag}", email = "no address\r\nBcc: x", full_name = "B", hashed_password = Passlib },
        })]);

        Assert.Equal((2, 0, 5), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal([ImportWords.Address, ImportWords.Claim, ImportWords.Malformed, ImportWords.Name, ImportWords.PasswordNotKept, ImportWords.Twice], done.Report.Notes.Select(note => note.Code).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(tag, done.Report.ToJson().ToJsonString(), StringComparison.Ordinal); // neither names nor addresses
        Assert.Null(await SignInAsync($"slow-{tag}"));
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
        object Body(bool dry) => new { kind = "pynomaly", dry_run = dry, files = new[] { new { name = "users.csv", content = $"username,password_hash\napi-{tag},{Passlib}\n" + string.Concat(Enumerable.Range(0, 1500).Select(n => $"bad {n}\u2066,{Passlib}\n")) } } };

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
        Server.Clock.Advance(TimeSpan.FromMinutes(11));
        await RefusedAsync("POST", "/imports", admin.Token, Body(true), HttpStatusCode.Unauthorized);
    }

    private static ImportFile Csv(string name, string headings, params string[] rows) => ImportFile.Of(name, Encoding.UTF8.GetBytes(string.Join('\n', [headings, .. rows])));

    private static ImportFile Json(string name, object content) => ImportFile.Of(name, JsonSerializer.SerializeToUtf8Bytes(content));

    private static ImportFile Users(params string[] names) => Csv("users.csv", "username,password_hash", [.. names.Select(name => $"{name},{Passlib}")]);

    // A hash as OpenIddict makes it of a secret (ObfuscateClientSecretAsync): as version 3 of ASP.NET Core Identity.
    private static string Secret(uint iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = iterations > 100_000 ? new byte[32] : Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Password), salt, (int)iterations, HashAlgorithmName.SHA256, 32);
        var head = new byte[13];
        head[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), 1);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(5), iterations);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(9), 16);
        return Convert.ToBase64String([.. head, .. salt, .. hash]);
    }

    private Task<ImportResult> RunAsync(string kind, IReadOnlyList<ImportFile> files, bool dry = false, bool resume = false, Dictionary<string, string>? roles = null, Operator? who = null, IProgress<ImportProgress>? progress = null, CancellationToken stop = default) =>
        Get<Imports>().RunAsync(who ?? Operator.CommandLine, new ImportRequest { Kind = kind, Files = files, IsDryRun = dry, IsResumed = resume, Roles = roles ?? [] }, progress, stop);

    /// <summary>Where the sign-in leads; null when it is refused.</summary>
    private async Task<string?> SignInAsync(string name)
    {
        using var browser = Server.Browser();
        return (await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", name), ("password", Password))).Headers.Location?.OriginalString;
    }

    private async Task<string> SignInWithAppAsync(string name)
    {
        using var browser = Server.Browser();
        return (await browser.SignInAsync(await browser.GetAsync("/signin"), name, Password)).RequestMessage!.RequestUri!.AbsolutePath;
    }

    private Task<HttpResponseMessage> TokenAsync(string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", $"reports-{tag}")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"service-{tag}:{Uri.EscapeDataString(secret)}")));
        return Server.Machine().SendAsync(request, Stop);
    }

    private async Task<string> ScalarAsync(string sql, params object?[] values) => (string)(await Server.ScalarAsync(sql, values))!;

    private Task<string> HashOfAsync(string name) => ScalarAsync("SELECT password_hash FROM users WHERE user_name = $1", name);

    private async Task<long> PeopleAsync(string prefix = "many") => Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE $1", $"{prefix}-{tag}-%"));

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

public sealed class ImportTestsOnSqlite(SqliteServer server) : ImportTests(server), IClassFixture<SqliteServer>;

public sealed class ImportTestsOnPostgreSql(PostgreSqlServer server) : ImportTests(server), IClassFixture<PostgreSqlServer>;
