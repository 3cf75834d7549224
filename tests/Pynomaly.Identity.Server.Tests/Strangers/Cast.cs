using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>Who plays: one person and a client of each kind, as the server's configuration and as the scripts' settings.</summary>
internal sealed record Cast(string ServiceSecret, string WebSecret, string PostingSecret, string ApiSecret, string Password, ECDsa Key, (Uri Address, string Secret) Site)
{
    private const string Web = "https://stranger.example/callback", Public = "https://public.example/callback", Bye = "https://stranger.example/bye";
    private const string PersonScope = "openid profile email offline_access pynomaly_api";

    /// <summary>What a secret may hold too, and what Basic, a form, a shell or curl reads otherwise.</summary>
    public const string Awkward = "\"\\:%+ $&#";

    public JsonObject Configuration() => new()
    {
        ["scopes"] = new JsonArray(
            new JsonObject { ["name"] = "pynomaly_api", ["description"] = "Work with detectors", ["resources"] = new JsonArray(StrangersFixture.Audience) },
            new JsonObject { ["name"] = "elsewhere_api", ["description"] = "Another API", ["resources"] = new JsonArray("https://elsewhere.example") }),
        ["applications"] = new JsonArray(
            ForPeople("stranger-web", Web, "client_secret_basic", new()
            {
                ["client_secret"] = WebSecret,
                ["post_logout_redirect_uris"] = new JsonArray(Bye),
                ["id_token_signed_response_alg"] = "ES256",
            }),
            ForPeople("stranger-site", $"{Site.Address}signed-in", "client_secret_basic", new()
            {
                ["client_secret"] = Site.Secret,
                ["post_logout_redirect_uris"] = new JsonArray($"{Site.Address}signed-out"),
                ["id_token_signed_response_alg"] = "ES256",
            }),
            ForPeople("stranger-public", Public, "none", []),
            ForItself("stranger-service", "client_secret_basic", new() { ["client_secret"] = ServiceSecret }),
            ForItself("stranger-brief", "client_secret_basic", new() { ["client_secret"] = ServiceSecret, ["access_token_lifetime"] = 10 }),
            ForItself("stranger-bound", "client_secret_basic", new() { ["client_secret"] = ServiceSecret, ["dpop_bound_access_tokens"] = true }),
            ForItself("stranger-cut-flask", "client_secret_basic", new() { ["client_secret"] = ServiceSecret }),
            ForItself("stranger-cut-jose", "client_secret_basic", new() { ["client_secret"] = ServiceSecret }),
            ForItself("stranger-quoted", "client_secret_basic", new() { ["client_secret"] = ServiceSecret + Awkward }),
            ForItself("stranger-posting", "client_secret_post", new() { ["client_secret"] = PostingSecret }),
            ForItself("stranger-keyed", "private_key_jwt", new() { ["jwks"] = new JsonObject { ["keys"] = new JsonArray(Jwk(withPrivatePart: false)) } }),
            new JsonObject
            {
                ["client_id"] = "stranger-api",
                ["client_secret"] = ApiSecret,
                ["grant_types"] = new JsonArray(),
                ["token_endpoint_auth_method"] = "client_secret_basic",
                ["resources"] = new JsonArray(StrangersFixture.Audience),
            }),
        ["users"] = new JsonArray(new JsonObject
        {
            ["username"] = "ada",
            ["email"] = "ada@example.org",
            ["email_verified"] = true,
            ["password"] = Password,
            ["roles"] = new JsonArray("viewer"),
            ["name"] = "Ada Lovelace",
        }),
    };

    /// <summary>What <c>scenario.mjs</c> reads.</summary>
    public JsonObject Settings(string issuer) => new()
    {
        ["issuer"] = issuer,
        ["audience"] = StrangersFixture.Audience,
        ["person"] = new JsonObject { ["username"] = "ada", ["password"] = Password, ["email"] = "ada@example.org", ["name"] = "Ada Lovelace" },
        ["web"] = new JsonObject { ["client_id"] = "stranger-web", ["client_secret"] = WebSecret, ["redirect_uri"] = Web, ["post_logout_redirect_uri"] = Bye },
        ["spa"] = new JsonObject { ["client_id"] = "stranger-public", ["redirect_uri"] = Public },
        ["service"] = new JsonObject { ["client_id"] = "stranger-service", ["client_secret"] = ServiceSecret },
        ["posting"] = new JsonObject { ["client_id"] = "stranger-posting", ["client_secret"] = PostingSecret },
        ["keyed"] = new JsonObject { ["client_id"] = "stranger-keyed", ["private_jwk"] = Jwk(withPrivatePart: true) },
        ["api"] = new JsonObject { ["client_id"] = "stranger-api", ["client_secret"] = ApiSecret },
    };

    private static JsonObject ForPeople(string clientId, string redirectUri, string method, JsonObject rest) => With(rest, clientId, method, new()
    {
        ["redirect_uris"] = new JsonArray(redirectUri),
        ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
        ["response_types"] = new JsonArray("code"),
        ["scope"] = PersonScope,
    });

    private static JsonObject ForItself(string clientId, string method, JsonObject rest) => With(rest, clientId, method, new()
    {
        ["grant_types"] = new JsonArray("client_credentials"),
        ["scope"] = "pynomaly_api elsewhere_api",
        ["permissions"] = new JsonArray("read:detectors", "read:datasets"),
    });

    private static JsonObject With(JsonObject rest, string clientId, string method, JsonObject kind)
    {
        (rest["client_id"], rest["token_endpoint_auth_method"]) = (clientId, method);
        foreach (var (name, value) in kind) rest[name] = value!.DeepClone();
        return rest;
    }

    private JsonObject Jwk(bool withPrivatePart)
    {
        var parts = Key.ExportParameters(withPrivatePart);
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "k1", ["x"] = Base64UrlEncoder.Encode(parts.Q.X), ["y"] = Base64UrlEncoder.Encode(parts.Q.Y) };
        if (withPrivatePart) jwk["d"] = Base64UrlEncoder.Encode(parts.D);
        else (jwk["alg"], jwk["use"]) = ("ES256", "sig");
        return jwk;
    }
}
