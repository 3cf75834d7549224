using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Client.Tests.Harness;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Client.Tests.Live;

/// <summary>The package at the real server: every credential it knows, and tokens bound to its key.</summary>
public sealed class LiveTests(LiveTests.DemandingServer server) : IClassFixture<LiveTests.DemandingServer>
{
    [Fact]
    public async Task A_service_with_a_secret_gets_its_token() => Assert.Equal(TestData.Service, await ClientOfTokenAsync(options => (options.ClientId, options.ClientSecret) = (TestData.Service, TestData.Secret)));

    [Fact]
    public async Task A_service_with_an_EC_key_signs_its_assertion()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var client = await AddAsync($$"""{"kty":"EC","crv":"P-256","x":"{{Text(point.X)}}","y":"{{Text(point.Y)}}","kid":"one"}""");

        Assert.Equal(client, await ClientOfTokenAsync(options => (options.ClientId, options.ClientSecret, options.PrivateKey, options.KeyId) = (client, null, key.ExportPkcs8PrivateKeyPem(), "one")));
    }

    [Fact]
    public async Task A_service_with_an_RSA_key_signs_its_assertion()
    {
        using var key = RSA.Create(3072);
        var parameters = key.ExportParameters(false);
        var client = await AddAsync($$"""{"kty":"RSA","n":"{{Text(parameters.Modulus)}}","e":"{{Text(parameters.Exponent)}}"}""");

        Assert.Equal(client, await ClientOfTokenAsync(options => (options.ClientId, options.ClientSecret, options.PrivateKey) = (client, null, key.ExportRSAPrivateKeyPem())));
    }

    [Fact]
    public async Task A_bound_token_names_the_key_of_this_process_although_the_server_demands_a_nonce()
    {
        using var service = new Service(Patient(), Patient(), options => (options.Issuer, options.ClientId, options.ClientSecret, options.UseDPoP) = (TestServer.Issuer, TestData.Service, TestData.Secret, true), server.Clock);

        var token = await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken);
        var again = await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken);

        Assert.Equal(token, again);
        Assert.Equal(43, OAuth.Claims(token).GetProperty("cnf").GetProperty("jkt").GetString()!.Length);
    }

    [Fact]
    public async Task A_wrong_secret_is_told_as_a_refusal()
    {
        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(() => ClientOfTokenAsync(options => (options.ClientId, options.ClientSecret) = (TestData.Service, "wrong-secret-wrong-secret-wrong")));

        Assert.Equal((TokenFailure.Refused, "invalid_client"), (refused.Failure, refused.Error));
    }

    private static string Text(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    // A starved node may know for a moment that it knows nothing fresh; the service of these tests hardly waits.
    private PatientHandler Patient() => new(server.Handler());

    private async Task<string> ClientOfTokenAsync(Action<PynomalyTokensOptions> change)
    {
        using var service = new Service(Patient(), Patient(), options =>
        {
            options.Issuer = TestServer.Issuer;
            change(options);
        }, server.Clock);
        return OAuth.Claims(await service.Tokens.GetAsync("detectors", TestContext.Current.CancellationToken)).GetProperty("client_id").GetString()!;
    }

    private async Task<string> AddAsync(string jwk)
    {
        var client = TestData.Client($"client-{Guid.NewGuid():N}", server.Clock.GetUtcNow(), new ClientMetadata
        {
            ClientName = "Signer", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:detectors"], TokenEndpointAuthMethod = "private_key_jwt",
            Jwks = JsonElement.Parse($$"""{"keys":[{{jwk}}]}"""),
        });
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Applications.Add(client);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        server.Services.GetRequiredService<ChangeFeed>().Look();
        return client.ClientId;
    }

    public sealed class DemandingServer() : TestServer("Sqlite")
    {
        /// <inheritdoc />
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:DPoP:RequireNonce", "true")];
    }
}
