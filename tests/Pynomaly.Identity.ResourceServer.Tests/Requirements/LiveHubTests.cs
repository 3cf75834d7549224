using System.Net.WebSockets;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Requirements;

/// <summary>A SignalR hub over WebSockets, spoken to as a client does: who may connect, what they may call, and that nothing more is called on an open connection whose token has ended.</summary>
public sealed class LiveHubTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private WebApplication _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer.Clock.Move(TimeSpan.FromHours(-1)); // SignalR closes by the machine's clock: to it, every token here has expired
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_issuer.Clock);
        builder.Services.AddSignalR(options => options.HandshakeTimeout = options.ClientTimeoutInterval = 2 * Until.Patience); // the client below sends no pings
        builder.Services.AddAuthentication().AddPynomalyIdentity(options =>
        {
            (options.Issuer, options.Audience, options.BackchannelHandler) = (PaperIssuer.Issuer, PaperIssuer.Audience, _issuer);
            options.FirstReadTimeout = TimeSpan.FromMinutes(1);
        });
        builder.Services.AddTransient<IClaimsTransformation, Transformation>();
        _api = builder.Build();
        _api.UseAuthentication();
        _api.UseAuthorization();
        _api.MapHub<DetectorHub>("/hub").RequireAuthorization();
        _api.MapHub<DetectorHub>("/closing", options => options.CloseOnAuthenticationExpiration = true).RequireAuthorization();
        _api.MapGet("/ends", (HttpContext http) => http.Features.Get<IAuthenticateResultFeature>()!.AuthenticateResult!.Properties!.ExpiresUtc).RequireAuthorization();
        await _api.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Who_connects_calls_what_the_permissions_of_the_token_open_and_no_more()
    {
        using var hub = await ConnectAsync(_issuer.Sign());

        Assert.Equal("detectors", await hub.CallAsync("Read"));
        Assert.Contains("unauthorized", await hub.CallAsync("Write"), StringComparison.Ordinal);
        Assert.Equal("detectors", await hub.CallAsync("Read")); // a refusal ends nothing
    }

    [Fact]
    public async Task Without_a_token_that_holds_and_with_one_in_the_query_nobody_connects()
    {
        foreach (var (token, query) in new[] { (null, ""), ("abc", ""), (null, $"?access_token={_issuer.Sign()}") })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(token, query));
            Assert.Contains(query.Length == 0 ? "401" : "400", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("kept")]
    [InlineData("cloned")]
    [InlineData("replaced")] // by an identity that knows of no token
    public async Task A_connection_whose_token_is_revoked_calls_nothing_more_and_others_go_on(string caller)
    {
        using var ended = await ConnectAsync(_issuer.Sign(claims => (claims["jti"], claims["sub"]) = ("AAAAAAAAAAAAAAAAAAAAAQ", caller)));
        using var other = await ConnectAsync(_issuer.Sign(claims => claims["sub"] = caller));
        Assert.Equal(caller, await ended.CallAsync("Who"));
        Assert.Equal("detectors", await ended.CallAsync("Read"));

        _issuer.Revoke("AAAAAAAAAAAAAAAAAAAAAQ");

        await Until.TrueAsync(async () => (await ended.CallAsync("Read")).Contains("unauthorized", StringComparison.Ordinal), "the call of a revoked token is refused");
        Assert.Equal("detectors", await other.CallAsync("Read"));
    }

    [Fact]
    public async Task A_connection_whose_token_has_expired_calls_nothing_more()
    {
        using var hub = await ConnectAsync(_issuer.Sign(claims => claims["exp"] = _issuer.Now + 5));
        using var other = await ConnectAsync(_issuer.Sign());
        Assert.Equal("detectors", await hub.CallAsync("Read"));

        _issuer.Clock.Move(TimeSpan.FromSeconds(16)); // ten are for clocks; the list is young enough

        Assert.Contains("unauthorized", await hub.CallAsync("Read"), StringComparison.Ordinal);
        Assert.Equal("detectors", await other.CallAsync("Read"));
    }

    [Fact]
    public async Task A_hub_that_is_told_to_closes_a_connection_whose_token_has_expired()
    {
        using var open = await ConnectAsync(_issuer.Sign());
        using var closing = new HubClient(await OpenAsync(_issuer.Sign(), path: "/closing"));

        await closing.EndsAsync().WaitAsync(Until.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("detectors", await open.CallAsync("Read"));
    }

    [Fact]
    public async Task The_end_of_the_token_is_told_to_what_closes_connections_by_it()
    {
        using var http = new HttpClient { BaseAddress = new Uri(_api.Urls.Single()) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", _issuer.Sign());

        var ends = JsonSerializer.Deserialize<DateTimeOffset>(await http.GetStringAsync(new Uri("/ends", UriKind.Relative), TestContext.Current.CancellationToken));

        Assert.Equal(_issuer.Now + 600, ends.ToUnixTimeSeconds());
    }

    private async Task<HubClient> ConnectAsync(string? token, string query = "")
    {
        var connection = new HubClient(await OpenAsync(token, query));
        await connection.SendAsync(HubClient.Handshake);
        Assert.Equal("{}", await connection.ReceiveAsync());
        return connection;
    }

    private async Task<ClientWebSocket> OpenAsync(string? token, string query = "", string path = "/hub")
    {
        var socket = new ClientWebSocket();
        if (token is not null) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new Uri(_api.Urls.Single().Replace("http:", "ws:", StringComparison.Ordinal) + path + query), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>What an application may do with who calls.</summary>
    private sealed class Transformation : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var made = principal.FindFirst("sub")?.Value switch
            {
                "cloned" => new ClaimsPrincipal(principal.Identities.Select(one => one.Clone())),
                "replaced" => new ClaimsPrincipal(new ClaimsIdentity(principal.Claims, "own", "sub", "roles")),
                _ => principal,
            };
            return Task.FromResult(made);
        }
    }

    private sealed class DetectorHub : Hub
    {
        public string Who() => Context.User!.Identity!.Name!;

        [RequirePermission("read:detectors")]
        public string Read() => "detectors";

        [RequirePermission("write:detectors")]
        public string Write() => "made";
    }
}
