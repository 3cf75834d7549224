using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Clients;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>What the suites of client authentication have in common: requests to the token endpoint, and what every answer must look like.</summary>
public abstract class ClientAuthenticationSuite(TestServer server) : ServerSuite(server)
{
    private protected const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private protected const string TokenEndpoint = TestServer.Issuer + "/connect/token";
    private protected static readonly ClientMetadata Service = new() { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:*"] };

    private protected HttpClient Machine => field ??= Server.Machine();

    private protected DateTimeOffset Now => Server.Clock.GetUtcNow();

    private protected string Payload(string client) =>
        $$"""{"iss":"{{client}}","sub":"{{client}}","aud":"{{TestServer.Issuer}}","jti":"{{Guid.NewGuid()}}","exp":{{Now.AddMinutes(1).ToUnixTimeSeconds()}}}""";

    private protected async Task<(string Client, TestClientKey Key)> SignerAsync()
    {
        var key = new TestClientKey("k");
        return (await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", Jwks = TestClientKey.Element(key) }), key);
    }

    private protected async Task AddClientAsync(string id, ClientMetadata metadata, string secret)
    {
        if (await Server.ScalarAsync("SELECT client_id FROM applications WHERE client_id = $1", id) is not null) return;
        await using var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Applications.Add(new Application { ClientId = id, Metadata = metadata, Created = Now, Updated = Now, Secrets = [new ClientSecret(TestData.SecretHash(secret), Now, null)] });
        await context.SaveChangesAsync();
        Server.Services.GetRequiredService<ChangeFeed>().Look();
    }

    private protected Task<HttpResponseMessage> AssertAsync(string assertion, params (string Name, string Value)[] more) =>
        TokenAsync(null, [("client_assertion_type", JwtBearer), ("client_assertion", assertion), .. more]);

    private protected async Task<HttpResponseMessage> TokenAsync(string? authorization, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = Form([("grant_type", "client_credentials"), .. fields]) };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await Machine.SendAsync(request);
    }

    private protected static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));

    private protected static string Basic(string client, string secret) => Header(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(client)}:{WebUtility.UrlEncode(secret)}"));

    private protected static string Header(byte[] pair) => $"Basic {Convert.ToBase64String(pair)}";

    private protected static async Task AcceptedAsync(HttpResponseMessage response) => Assert.Equal("Bearer", (await response.TokensAsync()).Json.GetProperty("token_type").GetString());

    private protected static async Task RefusedAsync(HttpResponseMessage response, bool basic = false)
    {
        await response.AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal(basic, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Basic"));
        Assert.Contains("Client authentication failed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
