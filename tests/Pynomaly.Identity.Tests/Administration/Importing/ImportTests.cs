using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>Accounts and clients of other systems: who comes in signs in with the old password, what cannot be kept is said, what is here stays as it is.</summary>
public abstract class ImportTests(TestServer server) : ImportSuite(server)
{
    [Fact]
    public async Task People_of_Pynomalys_tables_sign_in_with_their_old_passwords_which_are_hashed_anew()
    {
        var done = await RunAsync(ImportKinds.Pynomaly, [
            Csv("users.csv", "id,email,username,first_name,last_name,password_hash,status,is_active,settings,email_verified_at,created_at",
                $"1,one-{Tag}@example.org,one-{Tag},Ada,Lovelace,{Passlib},active,true,{{}},2025-01-02 03:04:05,2024-01-01",
                $"2,two-{Tag}@example.org,two-{Tag},Bob,B,{PasslibOld},active,1,{{}},,2024-01-01",
                $"3,off-{Tag}@example.org,off-{Tag},Off,O,{Passlib},suspended,t,{{}},,2024-01-01"),
            Csv("roles.csv", "id,name,description,is_system_role", $"10,team-{Tag},The team,false", "11,admin,,true"),
            Csv("user_roles.csv", "user_id,role_id", "1,10", "1,11", "2,10"),
            Csv("permissions.csv", "id,name,resource,action", "20,read:detectors,detectors,read", "21,manage_users,users,manage"),
            Csv("role_permissions.csv", "role_id,permission_id", "10,20", "10,21"),
            Csv("api_keys.csv", "id,key_hash,name,user_id,is_active", "30,abc,ci,1,true"),
        ]);

        Assert.Equal((4, 2, 0), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal(ImportWords.RoleManages, Assert.Single(done.Report.Notes, note => note.Code == ImportWords.RoleManages).Code);
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.ApiKeys);
        Assert.Contains(done.Report.Notes, note => note.Code == ImportWords.Pattern);
        Assert.StartsWith("$2b$10$", await HashOfAsync($"one-{Tag}"), StringComparison.Ordinal);
        Assert.Equal(Paths.AccountPage, await SignInAsync($"one-{Tag}"));
        Assert.Equal(Paths.AccountPage, await SignInAsync($"TWO-{Tag}@example.org"));
        Assert.Null(await SignInAsync($"off-{Tag}"));
        Assert.All([await HashOfAsync($"one-{Tag}"), await HashOfAsync($"two-{Tag}")], hash => Assert.StartsWith("pyn1$2b$", hash, StringComparison.Ordinal));
        Assert.Equal($"team-{Tag}", await ScalarAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"one-{Tag}"));
        Assert.Equal("""["read:detectors"]""", await ScalarAsync("SELECT permissions FROM roles WHERE name = $1", $"team-{Tag}"));
        Assert.Contains("\"name\":\"Ada Lovelace\"", await ScalarAsync("SELECT profile FROM users WHERE user_name = $1", $"one-{Tag}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_of_an_ASP_NET_Core_Identity_database_sign_in_with_both_versions_of_its_hashes_and_their_apps()
    {
        var seed = RandomNumberGenerator.GetBytes(20);
        var path = Path.Combine(Path.GetTempPath(), $"aspnet-{Tag}.db");
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
                $"INSERT INTO \"AspNetRoles\" VALUES ('r1', 'Team-{Tag}', 'TEAM-{Tag}', NULL)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('A', 'v2-{Tag}@example.org', '', 'v2-{Tag}@example.org', '', 1, '{ForeignHashTests.AspNet(PasswordHasherCompatibilityMode.IdentityV2, Password)}', 's', 'c', '+49 30 1234567', 1, 0, NULL, 1, 0)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('B', 'v3-{Tag}', '', 'v3-{Tag}@example.org', '', 0, '{ForeignHashTests.AspNet(PasswordHasherCompatibilityMode.IdentityV3, Password)}', 's', 'c', NULL, 0, 1, NULL, 1, 0)",
                $"INSERT INTO \"AspNetUsers\" VALUES ('C', 'shut-{Tag}', '', NULL, NULL, 0, NULL, 's', 'c', NULL, 0, 0, '9999-12-31 23:59:59.9999999+00:00', 1, 0)",
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
            Server.Apps.Scan($"v3-{Tag}", Base32.Encode(seed));
            Assert.Equal(Paths.AccountPage, await SignInAsync($"v2-{Tag}@example.org"));
            Assert.StartsWith(Paths.FactorPage, await SignInAsync($"v3-{Tag}"), StringComparison.Ordinal);
            Assert.Equal(Paths.AccountPage, await SignInWithAppAsync($"v3-{Tag}"));
            Assert.StartsWith("pyn1$2b$", await HashOfAsync($"v3-{Tag}"), StringComparison.Ordinal);
            Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE user_name = $1 AND is_disabled = $2 AND password_hash IS NULL", $"shut-{Tag}", true)));
            Assert.Equal("+49 30 1234567", await ScalarAsync("SELECT phone_number FROM users WHERE user_name = $1", $"v2-{Tag}@example.org"));
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
            OpenIddictScopes = new[] { new { Id = "1", Name = $"reports-{Tag}", DisplayName = "Reports", Description = "Read reports", Resources = """["https://reports.example.org","resource_server_1","https://id.test"]""" } },
            OpenIddictApplications = new object[]
            {
                new { Id = "1", ClientId = $"service-{Tag}", ClientSecret = Secret(10_000), ClientType = "confidential", ConsentType = "explicit", DisplayName = "A service",
                    Permissions = $"""["ept:token","gt:client_credentials","scp:reports-{Tag}","scp:administration"]""", Requirements = (string?)null, Settings = """{"tkn_lft:act":"00:20:00"}""" },
                new { Id = "2", ClientId = $"web-{Tag}", ClientSecret = Secret(1_000_000_000), ClientType = "confidential", ConsentType = "implicit", RedirectUris = """["https://web.example.org/cb"]""",
                    PostLogoutRedirectUris = """["https://web.example.org/"]""", Permissions = """["ept:authorization","ept:token","gt:authorization_code","gt:refresh_token","gt:implicit","gt:password","rst:code","scp:profile"]""" },
                new { Id = "3", ClientId = $"app-{Tag}", ClientType = "public", RedirectUris = """["com.example.app:/cb"]""", Permissions = """["gt:authorization_code","rst:code"]""", Requirements = """["ft:pkce"]""" },
                new { Id = "4", ClientId = $"device-{Tag}", Type = "public", Permissions = """["gt:urn:ietf:params:oauth:grant-type:device_code"]""" },
                new { Id = "5", ClientId = $"evil-{Tag}", ClientType = "public", RedirectUris = """["javascript:alert(1)"]""", Permissions = """["gt:authorization_code"]""" },
            },
        })]);

        Assert.Equal((4, 0, 2), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Equal($"web-{Tag}", Assert.Single(done.Report.Notes, note => note.Code == ImportWords.SecretNeeded).Examples[0].Split(": ")[1]);
        Assert.Equal(2, done.Report.Notes.Single(note => note.Code == ImportWords.Resource).Count);
        var metadata = await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"service-{Tag}");
        Assert.Contains($"\"scope\":\"reports-{Tag}\"", metadata, StringComparison.Ordinal);
        Assert.Contains("\"access_token_lifetime\":1200", metadata, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"openid profile offline_access\"", await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"web-{Tag}"), StringComparison.Ordinal);
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
            roles = new { realm = new object[] { new { name = $"writer-{Tag}", composite = false }, new { name = $"lead-{Tag}", composite = true, composites = new { realm = new[] { $"writer-{Tag}" } } }, new { name = "offline_access" } }, client = new Dictionary<string, object[]> { [$"shop-{Tag}"] = [new { name = "buyer", description = "Buys" }], ["realm-management"] = [new { name = "manage-users" }] } },
            groups = new[] { new { name = "all", path = "/all", realmRoles = new[] { $"writer-{Tag}" }, subGroups = new[] { new { name = "heads", path = "/all/heads", realmRoles = new[] { $"lead-{Tag}" } } } } },
            users = new object[]
            {
                new
                {
                    username = $"kc-{Tag}", email = $"kc-{Tag}@example.org", emailVerified = true, firstName = "Kay", lastName = "Cee", enabled = true, groups = new[] { "/all/heads" }, realmRoles = new[] { "default-roles-demo", "admin" },
                    clientRoles = new Dictionary<string, string[]> { ["shop"] = ["buyer"], [$"shop-{Tag}"] = ["buyer"], ["realm-management"] = ["manage-users"], ["account"] = ["manage-account"] }, attributes = new { locale = new[] { "de" } },
                    credentials = new object[]
                    {
                        new { type = "password", secretData = JsonSerializer.Serialize(new { value, salt }), credentialData = """{"hashIterations":210000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}""" },
                        new { type = "otp", userLabel = "Phone", secretData = JsonSerializer.Serialize(new { value = seed }), credentialData = """{"subType":"totp","digits":6,"counter":0,"period":30,"algorithm":"HmacSHA1"}""" },
                        new { type = "otp", secretData = JsonSerializer.Serialize(new { value = seed }), credentialData = """{"subType":"totp","digits":8,"period":30,"algorithm":"HmacSHA256"}""" },
                    },
                },
                new { username = $"argon-{Tag}", enabled = true, credentials = new[] { new { type = "password", secretData = """{"value":"AAAA","salt":"AAAA"}""", credentialData = """{"hashIterations":5,"algorithm":"argon2"}""" } } },
                new { username = "service-account-shop", serviceAccountClientId = "shop" },
            },
            clients = new object[]
            {
                new { clientId = "account-console", publicClient = true },
                new { clientId = $"shop-{Tag}", name = "Shop", secret = "wTq1jZ8rN3cVb6Yx0LmKsD5fGh2PuAe9", rootUrl = "https://shop.example.org", redirectUris = new[] { "/cb", "https://shop.example.org/*" }, standardFlowEnabled = true, directAccessGrantsEnabled = true,
                    serviceAccountsEnabled = true, defaultClientScopes = new[] { "profile", "roles", "web-origins" }, attributes = new Dictionary<string, string> { ["post.logout.redirect.uris"] = "+", ["access.token.lifespan"] = "300" } },
                new { clientId = $"masked-{Tag}", secret = "**********", redirectUris = new[] { "https://m.example.org/cb" } },
                new { clientId = $"saml-{Tag}", protocol = "saml" },
            },
        })]);

        Assert.Equal((7, 4, 1), (done.Progress.Created, done.Progress.Skipped, done.Progress.Refused));
        Assert.Superset(new HashSet<string> { ImportWords.PasswordArgon, ImportWords.FactorNotKept, ImportWords.RoleManages, ImportWords.ClientRole, ImportWords.SecretNeeded, ImportWords.Redirect, ImportWords.Grant, ImportWords.NotOpenId },
            done.Report.Notes.Select(note => note.Code).ToHashSet());
        Server.Apps.Scan($"kc-{Tag}", Base32.Encode(Encoding.UTF8.GetBytes(seed)));
        Assert.Equal(Paths.AccountPage, await SignInWithAppAsync($"kc-{Tag}"));
        Assert.StartsWith("pyn1$2b$", await HashOfAsync($"kc-{Tag}"), StringComparison.Ordinal);
        Assert.Equal(3L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM user_roles ur JOIN users u ON u.id = ur.user_id WHERE u.user_name = $1", $"kc-{Tag}")));
        Assert.Equal("[]", await ScalarAsync("SELECT r.permissions FROM user_roles ur JOIN users u ON u.id = ur.user_id JOIN roles r ON r.id = ur.role_id WHERE u.user_name = $1 AND r.name = '" + $"shop-{Tag}.buyer'", $"kc-{Tag}"));
        var shop = await ScalarAsync("SELECT metadata FROM applications WHERE client_id = $1", $"shop-{Tag}");
        Assert.Contains("\"redirect_uris\":[\"https://shop.example.org/cb\"]", shop, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"openid profile\"", shop, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect") { Content = new FormUrlEncodedContent([new("token", "none")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"shop-{Tag}:wTq1jZ8rN3cVb6Yx0LmKsD5fGh2PuAe9")));
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().SendAsync(request, Stop)).StatusCode);
    }

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

    private Task<HttpResponseMessage> TokenAsync(string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", $"reports-{Tag}")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"service-{Tag}:{Uri.EscapeDataString(secret)}")));
        return Server.Machine().SendAsync(request, Stop);
    }

    private async Task<string> SignInWithAppAsync(string name)
    {
        using var browser = Server.Browser();
        return (await browser.SignInAsync(await browser.GetAsync("/signin"), name, Password)).RequestMessage!.RequestUri!.AbsolutePath;
    }
}

public sealed class ImportTestsOnSqlite(SqliteServer server) : ImportTests(server), IClassFixture<SqliteServer>;

public sealed class ImportTestsOnPostgreSql(PostgreSqlServer server) : ImportTests(server), IClassFixture<PostgreSqlServer>;
