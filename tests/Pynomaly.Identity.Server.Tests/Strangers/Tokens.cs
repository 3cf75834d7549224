using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>Tokens of the live server, of each kind that an API is shown.</summary>
internal sealed class Tokens(string issuer, string serviceSecret, string apiSecret) : IDisposable
{
    private readonly HttpClient _http = new(new PatientHandler(new SocketsHttpHandler()));
    private DateTimeOffset _issued;
    private string? _brief;

    /// <summary>One that expires while the other tests run.</summary>
    public async Task BeginAsync() => (_brief, _issued) = (await IssueAsync("stranger-brief"), DateTimeOffset.UtcNow);

    public async Task<string> IssueAsync(string client = "stranger-service", string scope = "pynomaly_api", string? proof = null) =>
        (string)JsonNode.Parse(await PostAsync("token", client, serviceSecret, new() { ["grant_type"] = "client_credentials", ["scope"] = scope }, proof: proof))!["access_token"]!;

    public Task RevokeAsync(string token) => PostAsync("revoke", "stranger-service", serviceSecret, new() { ["token"] = token });

    /// <summary>A JWT of the same key that is no access token: the signed answer of introspection (RFC 9701).</summary>
    public async Task<string> IntrospectionAsync() =>
        await PostAsync("introspect", "stranger-api", apiSecret, new() { ["token"] = await IssueAsync() }, "application/token-introspection+jwt");

    /// <summary>One whose ten seconds, and another ten for clocks, are over.</summary>
    public async Task<string> ExpiredAsync()
    {
        while (_issued + TimeSpan.FromSeconds(22) - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero) await Task.Delay(left); // by the wall clock, which tokens go by
        return _brief!;
    }

    /// <summary>One that asks for a proof with each request (RFC 9449).</summary>
    public Task<string> BoundAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var claims = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString(), ["htm"] = "POST", ["htu"] = $"{issuer}/connect/token", ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
        var jwk = new Dictionary<string, object> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
        string proof = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            claims.ToJsonString(), new SigningCredentials(new ECDsaSecurityKey(key), "ES256"), new Dictionary<string, object> { ["typ"] = "dpop+jwt", ["jwk"] = jwk });
        return IssueAsync("stranger-bound", proof: proof);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> PostAsync(string endpoint, string client, string secret, Dictionary<string, string> form, string? accept = null, string? proof = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{issuer}/connect/{endpoint}") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}")));
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (proof is not null) request.Headers.Add("DPoP", proof);
        using var response = await _http.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{endpoint}: {answer}");
        return answer;
    }
}
