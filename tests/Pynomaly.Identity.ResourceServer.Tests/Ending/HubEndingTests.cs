using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Ending;

/// <summary>A connection to a hub that asked for it is closed with the token that it was opened with, on any transport.</summary>
public sealed class HubEndingTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private StreamingApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await StreamingApi.StartAsync(_issuer);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [InlineData("/hub", "nightly")] // by an attribute of the hub
    [InlineData("/hub", "replaced")] // by an identity that knows of no token
    [InlineData("/hubs/asked", "nightly")] // where it is mapped
    public async Task A_connection_is_closed_when_its_token_is_revoked_and_others_go_on(string path, string caller)
    {
        var (token, jti) = Revocable(caller);
        using var ended = await HubClient.ConnectAsync(_api.Address + path, token);
        using var other = await HubClient.ConnectAsync(_api.Address + path, _issuer.Sign(claims => claims["sub"] = "other"));
        using var unasked = await HubClient.ConnectAsync(_api.Address + "/hubs/unasked", _issuer.Sign(claims => (claims["jti"], claims["sub"]) = (jti, "unasked")));
        foreach (var hub in new[] { ended, other, unasked })
        {
            await hub.BeginAsync("Tick");
            await hub.NextAsync(2);
        }

        _issuer.Revoke(jti);

        var close = await ended.NextAsync(7).WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
        Assert.False(close.TryGetProperty("allowReconnect", out var again) && again.GetBoolean()); // a client that comes back by itself would be refused, again and again
        await ended.EndsAsync().WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Task.FromResult(_api.Aborted.ContainsKey(caller)), "ConnectionAborted has fired");
        for (var i = 0; i < 10; i++) await other.NextAsync(2);
        for (var i = 0; i < 10; i++) await unasked.NextAsync(2);
        Assert.Equal("called", await other.CallAsync("Call"));
        Assert.Equal(1, _api.Open.Count);
    }

    [Fact]
    public async Task A_connection_is_closed_when_its_token_expires()
    {
        using var ended = await HubClient.ConnectAsync(_api.Address + "/hub", _issuer.Sign(claims => claims["exp"] = _issuer.Now + 5));
        using var other = await HubClient.ConnectAsync(_api.Address + "/hub", _issuer.Sign());

        _issuer.Clock.Move(TimeSpan.FromSeconds(16)); // ten are for clocks; the list is young enough

        await ended.NextAsync(7).WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("called", await other.CallAsync("Call"));
    }

    [Fact]
    public async Task A_connection_by_long_polling_is_closed_too()
    {
        var (token, jti) = Revocable("polling");
        using var http = new HttpClient { BaseAddress = new Uri(_api.Address), Timeout = Until.Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var negotiated = JsonDocument.Parse(await (await http.PostAsync(Relative("/hub/negotiate?negotiateVersion=1"), null, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var connection = Relative($"/hub?id={Uri.EscapeDataString(negotiated.RootElement.GetProperty("connectionToken").GetString()!)}");
        using (var first = await http.GetAsync(connection, TestContext.Current.CancellationToken)) first.EnsureSuccessStatusCode();
        using (var handshake = await http.PostAsync(connection, new StringContent(HubClient.Handshake + "\u001e", Encoding.UTF8), TestContext.Current.CancellationToken)) handshake.EnsureSuccessStatusCode();
        Assert.StartsWith("{}", await http.GetStringAsync(connection, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await Until.TrueAsync(() => Task.FromResult(_api.Open.Count == 1), "the connection is held; the polls are not");

        _issuer.Revoke(jti); // between two polls: there is no request that could be aborted

        await Until.TrueAsync(() => Task.FromResult(_api.Aborted.ContainsKey("polling")), "ConnectionAborted has fired");
    }

    [Theory]
    [InlineData("nightly")]
    [InlineData("unwelcome")] // the hub itself turns it away
    public async Task Nothing_is_held_of_a_connection_that_has_ended(string caller)
    {
        var (token, jti) = Revocable(caller);
        using (var hub = await HubClient.ConnectAsync(_api.Address + "/hub", token))
        {
            if (caller == "unwelcome") await hub.NextAsync(7).WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
            else Assert.Equal("called", await hub.CallAsync("Call"));
        }

        await Until.TrueAsync(() => Task.FromResult(_api.Open.Count == 0), "nothing is held");

        _issuer.Revoke(jti);
        await Until.TrueAsync(async () => await _api.AskAsync("/known", token) == HttpStatusCode.Unauthorized, "the token is refused");
        Assert.Empty(_api.Open.Ended);
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private (string Token, string Jti) Revocable(string caller)
    {
        var jti = Base64UrlEncoder.Encode(Guid.NewGuid().ToByteArray());
        return (_issuer.Sign(claims => (claims["jti"], claims["sub"]) = (jti, caller)), jti);
    }
}
