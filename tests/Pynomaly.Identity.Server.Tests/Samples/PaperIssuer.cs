using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>An issuer that signs whatever it is told to, so that a resource server can be shown tokens that ours would never issue.</summary>
internal sealed class PaperIssuer : IAsyncDisposable
{
    public const string Audience = "https://api.pynomaly.local";
    private readonly WebApplication _application;
    private long _cursor = 1;
    private int _sentAway, _wholeReadings;

    private PaperIssuer(WebApplication application, string issuer) => (_application, Issuer) = (application, issuer);

    public string Issuer { get; }

    public ECDsaSecurityKey Key { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "published" };

    public ConcurrentBag<object> CutOffs { get; } = [];

    public ConcurrentBag<object> Revoked { get; } = [];

    /// <summary>Whether <c>/connect/revocations</c> answers; off, it is as if the list did not exist.</summary>
    public bool PublishesRevocations { get; set; } = true;

    /// <summary>Whether <c>/jwks</c> answers.</summary>
    public bool PublishesKeys { get; set; } = true;

    /// <summary>Whether <c>/connect/revocations</c> asks everybody to come again in a second.</summary>
    public bool IsBusy { get; set; }

    /// <summary>How often it did.</summary>
    public int SentAway => _sentAway;

    /// <summary>How often the list was read from its beginning.</summary>
    public int WholeReadings => _wholeReadings;

    public static async Task<PaperIssuer> StartAsync(bool publishesRevocations)
    {
        string issuer = $"http://localhost:{Ports.Free()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add(issuer);

        var made = new PaperIssuer(application, issuer) { PublishesRevocations = publishesRevocations };
        application.MapGet("/.well-known/openid-configuration", () => new { issuer, jwks_uri = $"{issuer}/jwks", pynomaly_revocations_endpoint = $"{issuer}/connect/revocations" });
        application.MapGet("/jwks", () => made.PublishesKeys ? Results.Json(made.PublicKeys()) : Results.StatusCode(StatusCodes.Status500InternalServerError));
        application.MapGet("/connect/revocations", async (HttpContext context) =>
        {
            if (context.Request.Query.ContainsKey("wait")) await Task.Delay(100); // not as long as was asked for, but no hot loop
            if (!context.Request.Query.ContainsKey("since")) Interlocked.Increment(ref made._wholeReadings);
            if (made.IsBusy)
            {
                Interlocked.Increment(ref made._sentAway);
                context.Response.Headers.RetryAfter = "1";
                return Results.StatusCode(StatusCodes.Status429TooManyRequests);
            }

            return made.PublishesRevocations
                ? Results.Json(new { cursor = $"{Interlocked.Increment(ref made._cursor)}", more = false, generated = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), revoked = made.Revoked, cut_offs = made.CutOffs })
                : Results.NotFound();
        });
        await application.StartAsync();
        return made;
    }

    /// <summary>An access token that holds, but for what the caller changes.</summary>
    public string Sign(Action<Dictionary<string, object>>? change = null, string type = "at+jwt", SecurityKey? key = null, string algorithm = "ES256")
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["sub"] = "nightly",
            ["client_id"] = "nightly",
            ["aud"] = Audience,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["permissions"] = new[] { "read:detectors" },
        };
        change?.Invoke(claims);
        string payload = System.Text.Json.JsonSerializer.Serialize(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(payload, new SigningCredentials(key ?? Key, algorithm), new Dictionary<string, object> { ["typ"] = type });
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Key.ECDsa.Dispose();
    }

    private object PublicKeys()
    {
        var point = Key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new { keys = new[] { new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = Key.KeyId, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) } } };
    }
}
