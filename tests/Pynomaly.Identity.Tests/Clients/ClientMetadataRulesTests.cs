using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>What may not be registered, by whichever door. Attacks RU-11, RU-13, CA-16, SR-01.</summary>
public sealed class ClientMetadataRulesTests
{
    private static readonly ServerOptions Options = new()
    {
        Issuer = "https://id.test", DatabaseProvider = "Sqlite", ConnectionString = "Data Source=none", KeysDirectory = "none", OutboundAllowedHosts = ["keys.internal:9443"],
    };

    private static readonly ClientMetadata Web = new() { RedirectUris = ["https://c.test/cb"] };

    public static TheoryData<string> DangerousAddresses =>
        ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://c.test/x", "//c.test/x", "/x", "c.test", "", "http://c.test/x", "https://u@c.test/x", "https://c.test/\nx"];

    [Theory]
    [MemberData(nameof(DangerousAddresses))]
    public void No_field_takes_a_dangerous_address(string address)
    {
        Assert.Contains("redirect_uris", Fields(Web with { RedirectUris = [address] }));
        Assert.Contains("post_logout_redirect_uris", Fields(Web with { PostLogoutRedirectUris = [address] }));
        Assert.Contains("logo_uri", Fields(Web with { LogoUri = address }));
        Assert.Contains("tos_uri", Fields(Web with { TosUri = address }));
        Assert.Contains("policy_uri", Fields(Web with { PolicyUri = address }));
        Assert.Contains("client_uri", Fields(Web with { ClientUri = address }));
        Assert.Contains("jwks_uri", Fields(Web with { JwksUri = address }));
    }

    [Theory]
    [InlineData("https://127.0.0.1/jwks")]
    [InlineData("https://localhost/jwks")]
    [InlineData("https://LOCALHOST./jwks")]
    [InlineData("https://x.localhost/jwks")]
    [InlineData("https://[::1]/jwks")]
    [InlineData("https://[::ffff:127.0.0.1]/jwks")]
    [InlineData("https://[64:ff9b::7f00:1]/jwks")]
    [InlineData("https://[fd00::1]/jwks")]
    [InlineData("https://0.0.0.0/jwks")]
    [InlineData("https://2130706433/jwks")]
    [InlineData("https://0177.0.0.1/jwks")]
    [InlineData("https://0x7f.1/jwks")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.1.2.3/jwks")]
    [InlineData("ftp://c.test/jwks")]
    [InlineData("gopher://c.test/jwks")]
    [InlineData("https://keys.internal@10.0.0.1:9443/jwks")]
    [InlineData("https://c.test/jwks#x")]
    public void Keys_and_logos_come_from_no_inside_address(string address)
    {
        Assert.Contains("jwks_uri", Fields(Web with { JwksUri = address }));
        Assert.Contains("logo_uri", Fields(Web with { LogoUri = address }));
    }

    [Theory]
    [InlineData("https://c.test/jwks")]
    [InlineData("https://keys.internal:9443/jwks")]
    [InlineData("http://keys.internal:9443/jwks")]
    public void Public_and_allowed_addresses_are_taken(string address) => Assert.Empty(Fields(Web with { JwksUri = address }));

    [Fact]
    public void An_apps_own_scheme_is_a_public_clients_and_has_a_dot()
    {
        var native = Web with { TokenEndpointAuthMethod = "none", RedirectUris = ["com.example.app:/cb"] };

        Assert.Empty(Fields(native));
        Assert.Contains("redirect_uris", Fields(native with { RedirectUris = ["myapp:/cb"] }));
        Assert.Contains("redirect_uris", Fields(Web with { RedirectUris = ["com.example.app:/cb"] }));
    }

    public static TheoryData<string, ClientMetadata> Broken => new()
    {
        { "redirect_uris", Web with { RedirectUris = [] } },
        { "redirect_uris", Web with { RedirectUris = [$"https://c.test/{new string('x', 3000)}"] } },
        { "redirect_uris", Web with { RedirectUris = [.. Enumerable.Range(0, 101).Select(i => $"https://c.test/{i}")] } },
        { "grant_types", Web with { GrantTypes = ["authorization_code", "password"] } },
        { "grant_types", Web with { GrantTypes = ["refresh_token"] } },
        { "grant_types", Web with { GrantTypes = ["client_credentials"], TokenEndpointAuthMethod = "none" } },
        { "response_types", Web with { ResponseTypes = ["code", "token"] } },
        { "token_endpoint_auth_method", Web with { TokenEndpointAuthMethod = "client_secret_jwt" } },
        { "token_endpoint_auth_signing_alg", Web with { TokenEndpointAuthSigningAlg = "HS256" } },
        { "jwks", Web with { TokenEndpointAuthMethod = "private_key_jwt" } },
        { "jwks", Web with { Jwks = Jwks(Ec()), JwksUri = "https://c.test/jwks" } },
        { "id_token_signed_response_alg", Web with { IdTokenSignedResponseAlg = "none" } },
        { "id_token_signed_response_alg", Web with { IdTokenSignedResponseAlg = "PS256" } },
        { "introspection_signed_response_alg", Web with { IntrospectionSignedResponseAlg = "HS256" } },
        { "userinfo_signed_response_alg", Web with { UserinfoSignedResponseAlg = "HS256" } },
        { "access_token_signed_response_alg", Web with { AccessTokenSignedResponseAlg = "EdDSA" } },
        { "consent", Web with { Consent = "none" } },
        { "require_pkce", Web with { TokenEndpointAuthMethod = "none", RequirePkce = false } },
        { "require_pushed_authorization_requests", Web with { RequirePushedAuthorizationRequests = true } },
        { "default_max_age", Web with { DefaultMaxAge = -1 } },
        { "access_token_lifetime", Web with { AccessTokenLifetime = 3601 } },
        { "refresh_retry_window", Web with { RefreshRetryWindow = 121 } },
        { "client_name", Web with { ClientName = "two\nlines" } },
        { "contacts", Web with { Contacts = [""] } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Each_broken_rule_names_its_field(string field, ClientMetadata metadata)
    {
        Assert.Equal([field], Fields(metadata).Distinct());
        var refusal = Assert.Throws<ClientMetadataException>(() => ClientMetadataRules.Require(metadata, Options));
        Assert.Equal(field == "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata", refusal.Error);
    }

    [Fact]
    public void The_clients_of_the_samples_and_tests_may_be_registered()
    {
        Assert.Empty(Fields(Web));
        Assert.Empty(Fields(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [] }));
        Assert.Empty(Fields(new ClientMetadata { GrantTypes = [], ResponseTypes = [] }));
        Assert.Empty(Fields(Web with { TokenEndpointAuthMethod = "private_key_jwt", Jwks = Jwks(Ec()) }));
        Assert.Empty(Fields(Web with { TokenEndpointAuthMethod = "private_key_jwt", Jwks = Jwks(Rsa(3072)) }));
    }

    public static TheoryData<string, string> BadKeys => new()
    {
        { "RSA 1024", Rsa(1024) },
        { "RSA 2048", Rsa(2048) },
        { "exponent 1", Rsa(3072, exponent: [1]) },
        { "exponent 3", Rsa(3072, exponent: [3]) },
        { "even exponent", Rsa(3072, exponent: [1, 0, 0]) },
        { "P-192", """{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}""" },
        { "P-384", """{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}""" },
        { "point off the curve", $$"""{"kty":"EC","crv":"P-256","x":"{{new string('A', 43)}}","y":"{{new string('A', 43)}}"}""" },
        { "short coordinate", """{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""" },
        { "use=enc", With(Ec(), "\"use\":\"enc\"") },
        { "key_ops without verify", With(Ec(), "\"key_ops\":[\"encrypt\"]") },
        { "private", With(Ec(), "\"d\":\"AA\"") },
        { "symmetric", """{"kty":"oct","k":"c2VjcmV0"}""" },
        { "alg of another type", With(Ec(), "\"alg\":\"RS256\"") },
        { "alg none", With(Ec(), "\"alg\":\"none\"") },
        { "HS256", With(Ec(), "\"alg\":\"HS256\"") },
        { "a name twice", With(Ec(), "\"kty\":\"EC\"") },
        { "kid that is no text", With(Ec(), "\"kid\":[\"a\"]") },
        { "two of one kid", With(Ec(), "\"kid\":\"a\"") + "," + With(Ec(), "\"kid\":\"a\"") },
        { "not an object", "1" },
        { "no type", "{}" },
        { "1 000 keys", string.Join(',', Enumerable.Repeat(Ec(), 1000)) },
        { "no key", "" },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void A_key_that_is_weak_private_or_of_another_use_is_not_registered(string what, string keys)
    {
        Assert.NotEmpty(what);
        Assert.Equal(["jwks"], Fields(Web with { Jwks = JsonDocument.Parse($$"""{"keys":[{{keys}}]}""").RootElement.Clone() }));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"keys\"")]
    [InlineData("{\"keys\":{}}")]
    public void What_is_no_key_set_is_not_registered(string json) => Assert.Equal(["jwks"], Fields(Web with { Jwks = JsonDocument.Parse(json).RootElement.Clone() }));

    private static IEnumerable<string> Fields(ClientMetadata metadata) => ClientMetadataRules.Check(metadata, Options).Select(problem => problem.Field);

    private static JsonElement Jwks(string key) => JsonDocument.Parse($$"""{"keys":[{{key}}]}""").RootElement.Clone();

    private static string With(string jwk, string member) => $"{jwk[..^1]},{member}}}";

    private static string Ec()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    private static string Rsa(int bits, byte[]? exponent = null)
    {
        var modulus = RandomNumberGenerator.GetBytes(bits / 8);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}","e":"{{Base64Url.EncodeToString(exponent ?? [1, 0, 1])}}"}""";
    }
}
