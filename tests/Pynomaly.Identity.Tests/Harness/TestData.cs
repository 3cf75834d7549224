using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The clients, people and scopes that every suite meets.</summary>
public static class TestData
{
    /// <summary>Client C of the attack catalogue: confidential, code and refresh, https://c.test/cb.</summary>
    public const string Web = "web";

    /// <summary>Client D: another confidential one, https://d.test/cb.</summary>
    public const string Other = "other";

    /// <summary>Client N: public, native, http://127.0.0.1/cb.</summary>
    public const string Native = "native";

    /// <summary>A confidential client whose refresh tokens must not be presented twice, ever.</summary>
    public const string Strict = "strict";

    /// <summary>A service: client credentials with read:* and write:detectors.</summary>
    public const string Service = "service";

    /// <summary>A resource server: may introspect tokens of the API.</summary>
    public const string Api = "api";

    /// <summary>Secret of every confidential client here: 256 bits once base64url, made for these tests.</summary>
    public const string Secret = "dGVzdC1zZWNyZXQtb2YtMjU2LWJpdHMtZm9yLXN1aXRl";

    /// <summary>Password of every person here.</summary>
    public const string Password = "seven green herons wade";

    /// <summary>The API's audience.</summary>
    public const string Audience = "https://api.test";

    /// <summary>Subject identifier of ada: viewer.</summary>
    public const string Ada = "0199aaaa-0000-7000-8000-000000000001";

    /// <summary>Key of bob's authenticator app, in Base32: administrators have one.</summary>
    public const string BobKey = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// <summary>Subject identifier of cleo: viewer, who like ada signs in with a password alone.</summary>
    public const string Cleo = "0199aaaa-0000-7000-8000-000000000003";

    /// <summary>Subject identifier of bob: admin.</summary>
    public const string Bob = "0199aaaa-0000-7000-8000-000000000002";

    /// <summary>Hashes as bcrypt does, but quickly: what a hash costs is for the tests of passwords.</summary>
    internal static readonly Passwords Passwords = new(4, least: 4);

    private static readonly Lazy<string> PasswordHash = new(() => Passwords.Hash(Password));

    /// <summary>The stored hash of <see cref="Password"/>.</summary>
    public static string HashOfPassword => PasswordHash.Value;

    /// <summary>Enters them.</summary>
    public static async Task EnterAsync(IServiceProvider services, DateTimeOffset now)
    {
        await using var context = services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Scopes.Single(scope => scope.Name == "pynomaly_api").Resources = [Audience];
        context.Scopes.Add(new Scope { Name = "billing", Description = "Invoices", Resources = ["https://billing.test"], Permissions = ["read:results"] });
        context.Applications.AddRange(
            Client(Web, now, new ClientMetadata
            {
                ClientName = "Web", RedirectUris = ["https://c.test/cb"], PostLogoutRedirectUris = ["https://c.test/out"], GrantTypes = ["authorization_code", "refresh_token"],
                Scope = "openid profile email address phone offline_access pynomaly_api billing", Consent = "implicit", IdTokenSignedResponseAlg = "ES256",
            }),
            Client(Other, now, new ClientMetadata
            {
                ClientName = "Other", RedirectUris = ["https://d.test/cb", "https://d.test/cb?x=1"], GrantTypes = ["authorization_code", "refresh_token", "client_credentials"],
                Scope = "openid profile offline_access pynomaly_api", Consent = "explicit", TokenEndpointAuthMethod = "client_secret_post",
            }),
            Client(Native, now, new ClientMetadata
            {
                ClientName = "Native", RedirectUris = ["http://127.0.0.1/cb", "com.example.app:/cb"], GrantTypes = ["authorization_code", "refresh_token"],
                Scope = "openid offline_access pynomaly_api", Consent = "implicit", TokenEndpointAuthMethod = "none",
            }),
            Client(Strict, now, new ClientMetadata
            {
                ClientName = "Strict", RedirectUris = ["https://strict.test/cb"], GrantTypes = ["authorization_code", "refresh_token"],
                Scope = "openid offline_access pynomaly_api", Consent = "implicit", RefreshRetryWindow = 0,
            }),
            Client(Service, now, new ClientMetadata
            {
                ClientName = "Service", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:*", "write:detectors"],
            }),
            Client(Api, now, new ClientMetadata { ClientName = "API", GrantTypes = [], ResponseTypes = [], Resources = [Audience] }));
        foreach (var (id, name, role) in new[] { (Ada, "ada", "viewer"), (Bob, "bob", "admin"), (Cleo, "cleo", "viewer") })
        {
            context.Users.Add(new User
            {
                Id = id, UserName = name, NormalizedUserName = name.ToUpperInvariant(), Email = $"{name}@example.org", NormalizedEmail = $"{name}@example.org".ToUpperInvariant(),
                EmailConfirmed = true, PasswordHash = PasswordHash.Value, Created = now, Updated = now, SecurityStamp = Guid.NewGuid().ToString(),
                PhoneNumber = "+49 30 1234567", Profile = Profile(name),
            });
            context.UserRoles.Add(new() { UserId = id, RoleId = context.Roles.Single(r => r.Name == role).Id });
        }

        context.Authenticators.Add(services.GetRequiredService<TotpSeeds>().Create(Bob, "Phone", Base32.TryDecode(BobKey), now));
        await context.SaveChangesAsync();
        services.GetRequiredService<ChangeFeed>().Look();
    }

    private static UserProfile Profile(string name) => new()
    {
        Name = $"{name} L.", GivenName = name, FamilyName = "L.", Nickname = name, Profile = $"https://example.org/{name}", Picture = $"https://example.org/{name}.png",
        Website = "https://example.org", Gender = "other", Birthdate = "1990-01-01", Zoneinfo = "Europe/Berlin", Locale = "de-DE", MiddleName = "M",
        Address = new UserAddress { Formatted = "Main Street 1, Berlin", StreetAddress = "Main Street 1", Locality = "Berlin", Region = "Berlin", PostalCode = "10115", Country = "DE" },
    };

    /// <summary>A client with the suite's secret, unless it is public.</summary>
    public static Application Client(string id, DateTimeOffset now, ClientMetadata metadata) => new()
    {
        ClientId = id, Metadata = metadata, Created = now, Updated = now,
        Secrets = metadata.TokenEndpointAuthMethod is "client_secret_basic" or "client_secret_post" ? [new ClientSecret(SecretHash(Secret), now, null)] : [],
    };

    /// <summary>What is stored of a client secret.</summary>
    public static string SecretHash(string secret) =>
        System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
}
