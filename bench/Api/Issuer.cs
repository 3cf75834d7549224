using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Pynomaly.Identity.Bench.Api;

/// <summary>An issuer with a revocation list as long as it is told, in pages of 50,000 as the server's; it runs in the driver's process, so its work is nobody's.</summary>
internal sealed class Issuer(int port, int entries)
{
    private const int Page = 50_000;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _jtis = RandomNumberGenerator.GetBytes(16 * entries);

    public string Address { get; } = $"http://127.0.0.1:{port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address);
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, string>
        {
            ["issuer"] = Address, ["jwks_uri"] = $"{Address}/jwks", ["pynomaly_revocations_endpoint"] = $"{Address}/connect/revocations",
        });
        app.MapGet("/jwks", Keys);
        app.MapGet("/connect/revocations", ListAsync);
        await app.StartAsync();
    }

    /// <summary>An access token as the server writes them.</summary>
    public string Sign(string? jti = null, string permission = "read:detectors")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = JsonSerializer.Serialize(new
        {
            iss = Address, sub = "0199aaaa-0000-7000-8000-000000000001", aud = Api.Audience, client_id = "bench-web", exp = now + 3600, iat = now, nbf = now,
            jti = jti ?? Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)), scope = "openid offline_access pynomaly_api",
            permissions = new[] { permission, "read:datasets", "read:results", "read:experiments" }, roles = new[] { "viewer" },
            grant_id = "0199bbbb-0000-7000-8000-000000000001", sid = "0199cccc-0000-7000-8000-000000000001", auth_time = now, acr = "pwd", amr = new[] { "pwd" },
        });
        var input = $"{Base64UrlEncoder.Encode("""{"alg":"ES256","typ":"at+jwt","kid":"bench"}""")}.{Base64UrlEncoder.Encode(payload)}";
        return $"{input}.{Base64UrlEncoder.Encode(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    /// <summary>A name that stands on the list.</summary>
    public string Revoked(int number) => Base64UrlEncoder.Encode(_jtis.AsSpan(number * 16, 16).ToArray());

    private Dictionary<string, Dictionary<string, string>[]> Keys()
    {
        var point = _key.ExportParameters(false).Q;
        return new()
        {
            ["keys"] = [new() { ["kty"] = "EC", ["use"] = "sig", ["alg"] = "ES256", ["crv"] = "P-256", ["kid"] = "bench", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) }],
        };
    }

    private async Task ListAsync(HttpContext context)
    {
        var since = int.Parse(context.Request.Query["since"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
        var end = Math.Min(since + Page, entries);
        if (since >= entries && int.TryParse(context.Request.Query["wait"], out var seconds)) await Task.Delay(TimeSpan.FromSeconds(seconds), context.RequestAborted);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var text = new StringBuilder((end - since) * 64 + 256);
        text.Append(CultureInfo.InvariantCulture, $"{{\"cursor\":\"{end}\",\"more\":{(end < entries ? "true" : "false")},\"generated\":{now},\"revoked\":[");
        for (var i = since; i < end; i++) text.Append(i == since ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"jti\":\"{Revoked(i)}\",\"exp\":{now + 3600}}}");
        text.Append("],\"cut_offs\":[{\"client_id\":\"another\",\"issued_before\":1,\"exp\":").Append(now + 3600).Append("}]}");
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
