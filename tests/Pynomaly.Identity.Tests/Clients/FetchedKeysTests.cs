using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Attacks;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>A client rotates the keys that it publishes, and this server follows. Conformance T1, D5 and D9.</summary>
public sealed class FetchedKeysTests(FetchedKeysTests.FetchingServer server) : ClientAuthenticationSuite(server), IClassFixture<FetchedKeysTests.FetchingServer>
{
    [Fact]
    public async Task A_client_signs_in_with_published_keys_and_goes_on_after_rotating_them()
    {
        TestClientKey[] published = [new("old")];
        await using var publisher = Canary.Saying(() => TestClientKey.Set(published));
        var client = await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", JwksUri = $"http://{publisher.Authority}/jwks" });
        await AcceptedAsync(await AssertAsync(published[0].Assert(client, TestServer.Issuer, Now)));
        await AcceptedAsync(await AssertAsync(published[0].Assert(client, TestServer.Issuer, Now)));
        Assert.Equal(1, publisher.Hits);

        var old = published[0];
        published = [new("new")];
        Server.Clock.Move(TimeSpan.FromSeconds(31));

        await AcceptedAsync(await AssertAsync(published[0].Assert(client, TestServer.Issuer, Now)));
        await RefusedAsync(await AssertAsync(old.Assert(client, TestServer.Issuer, Now)));
        Assert.Equal(2, publisher.Hits);
    }

    [Fact]
    public async Task A_client_whose_keys_cannot_be_fetched_is_refused()
    {
        await using var publisher = Canary.Saying(() => "gone", "410 Gone");
        var client = await AddClientAsync(Service with { TokenEndpointAuthMethod = "private_key_jwt", JwksUri = $"http://{publisher.Authority}/jwks" });

        await RefusedAsync(await AssertAsync(new TestClientKey("k").Assert(client, TestServer.Issuer, Now)));
    }

    /// <summary>A server whose operator allows clients on the same machine.</summary>
    public sealed class FetchingServer() : TestServer("Sqlite")
    {
        /// <inheritdoc />
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Outbound:AllowedHosts", "127.0.0.1")];

        /// <inheritdoc />
        protected override void Change(IServiceCollection services) => services.AddSingleton(provider => new OutboundHttp(provider.GetRequiredService<ServerOptions>()) { Longest = Until.Patience }); // a fetch that fails is not tried again before its time
    }
}
