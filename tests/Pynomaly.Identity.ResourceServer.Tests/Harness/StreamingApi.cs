using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Ending;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>An API whose answers go on until somebody ends them, behind a server as in production: some end with their callers' tokens, some did not ask.</summary>
public sealed class StreamingApi : IAsyncDisposable
{
    private static readonly byte[] Block = new byte[64 * 1024];
    private readonly WebApplication _app;

    private StreamingApi(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public IServiceProvider Services => _app.Services;

    /// <summary>What the caller ("who" in the query, or the name in the token for a hub) was told to have ended: by RequestAborted, or by a hub's ConnectionAborted.</summary>
    public ConcurrentDictionary<string, bool> Aborted => _app.Services.GetRequiredService<ConcurrentDictionary<string, bool>>();

    /// <summary>What the package holds.</summary>
    internal OpenRequests Open => _app.Services.GetRequiredService<TrustedIssuers>().Get(PynomalyIdentityDefaults.AuthenticationScheme).Open;

    /// <summary>Starts one that trusts the paper issuer.</summary>
    public static Task<StreamingApi> StartAsync(PaperIssuer issuer, Action<PynomalyIdentityOptions>? configure = null, HttpProtocols protocols = HttpProtocols.Http1) =>
        StartAsync(issuer.Clock, options =>
        {
            (options.Issuer, options.Audience, options.BackchannelHandler) = (PaperIssuer.Issuer, PaperIssuer.Audience, issuer);
            options.FirstReadTimeout = TimeSpan.FromMinutes(1);
            configure?.Invoke(options);
        }, protocols);

    /// <summary>Starts one.</summary>
    public static async Task<StreamingApi> StartAsync(TimeProvider clock, Action<PynomalyIdentityOptions> configure, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocols);
            kestrel.Limits.MinResponseDataRate = null; // a client here may be as slow as it likes
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        builder.Services.AddControllers().AddApplicationPart(typeof(StreamingApi).Assembly);
        builder.Services.AddSignalR(options => options.HandshakeTimeout = options.ClientTimeoutInterval = 2 * Until.Patience); // the clients here send no pings
        builder.Services.AddAuthentication().AddPynomalyIdentity(options =>
        {
            options.MaximumListAge = TimeSpan.FromHours(1); // a starved machine must not end what a test has open
            configure(options);
        });
        builder.Services.AddTransient<IClaimsTransformation, Transformation>();
        var app = builder.Build();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseRouting(); // after it: the endpoint is not known yet when the token is judged
        app.UseAuthorization();
        app.MapGet("/stream", StreamAsync).EndWithToken();
        app.MapGet("/both", StreamAsync).RequirePermission("read:detectors").EndWithToken();
        app.MapGet("/unasked", StreamAsync).RequireAuthorization();
        app.MapGet("/known", () => "known").RequireAuthorization();
        app.MapGet("/short", (HttpContext http) => http.Connection.Id).EndWithToken();
        app.MapGet("/failing", async (HttpContext http) =>
        {
            await http.Response.Body.FlushAsync();
            throw new InvalidOperationException("it fails");
        }).EndWithToken();
        app.MapGet("/download", DownloadAsync).EndWithToken();
        app.MapGet("/socket", SocketAsync).EndWithToken();
        app.MapHub<TickingHub>("/hub");
        app.MapHub<UnaskedHub>("/hubs/asked").EndWithToken();
        app.MapHub<UnaskedHub>("/hubs/unasked").RequireAuthorization();
        app.MapControllers();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new StreamingApi(app);
    }

    /// <summary>Opens a stream, and has read its first event.</summary>
    public Task<OpenStream> OpenAsync(string path, string token, HttpMessageInvoker? through = null, Action<HttpRequestMessage>? with = null) => OpenStream.BeginAsync(Address + path, token, through, with);

    /// <summary>What a request is answered.</summary>
    public async Task<HttpStatusCode> AskAsync(string path, string? token)
    {
        using var http = new HttpClient { Timeout = Until.Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, Address + path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>Events, one every few milliseconds, until the request is aborted.</summary>
    public static async Task StreamAsync(HttpContext http)
    {
        Note(http);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["Connection-Id"] = http.Connection.Id;
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.WriteAsync("data: tick\n", CancellationToken.None);
            await http.Response.Body.FlushAsync(CancellationToken.None);
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Writes without asking whether anybody still wants it, and is held up by a client that does not read.
    private static async Task DownloadAsync(HttpContext http)
    {
        Note(http);
        while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(Block, CancellationToken.None);
    }

    private static async Task SocketAsync(HttpContext http)
    {
        Note(http);
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[256];
        while (await socket.ReceiveAsync(buffer, http.RequestAborted) is { MessageType: WebSocketMessageType.Text } part)
            await socket.SendAsync(buffer.AsMemory(0, part.Count), WebSocketMessageType.Text, true, http.RequestAborted);
    }

    private static void Note(HttpContext http)
    {
        var (aborted, who) = (http.RequestServices.GetRequiredService<ConcurrentDictionary<string, bool>>(), http.Request.Query["who"].ToString());
        http.RequestAborted.Register(() => aborted[who] = true);
    }

    /// <summary>What an application may make of who calls.</summary>
    private sealed class Transformation : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) =>
            Task.FromResult(principal.HasClaim("sub", "replaced") ? new ClaimsPrincipal(new ClaimsIdentity(principal.Claims, "own", "sub", "roles")) : principal);
    }

    private class UnaskedHub(ConcurrentDictionary<string, bool> aborted) : Hub
    {
        public override Task OnConnectedAsync()
        {
            var who = Context.User!.FindFirst("sub")!.Value;
            if (who == "unwelcome") throw new HubException("Not here");
            Context.ConnectionAborted.Register(() => aborted[who] = true);
            return Task.CompletedTask;
        }

        public string Call() => "called";

        public async IAsyncEnumerable<string> Tick([EnumeratorCancellation] CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                yield return "tick";
                await Task.Delay(10, stop);
            }
        }
    }

    [EndWithToken]
    private sealed class TickingHub(ConcurrentDictionary<string, bool> aborted) : UnaskedHub(aborted);
}
