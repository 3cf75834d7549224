using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>A resource API as an application would write it: one package, three lines, and endpoints that ask for permissions.</summary>
public sealed class TestApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApi(WebApplication app) => _app = app;

    /// <summary>Everything that it has logged: what must never hold a token.</summary>
    public LogCapture Logs { get; private init; } = new();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts one that trusts the paper issuer.</summary>
    public static Task<TestApi> StartAsync(PaperIssuer issuer, Action<PynomalyIdentityOptions>? configure = null, Action<WebApplicationBuilder>? more = null) =>
        StartAsync(issuer.Clock, options =>
        {
            (options.Issuer, options.Audience, options.BackchannelHandler) = (PaperIssuer.Issuer, PaperIssuer.Audience, issuer);
            options.FirstReadTimeout = TimeSpan.FromMinutes(1); // a test that wants none says so
            configure?.Invoke(options);
        }, more);

    /// <summary>Starts one.</summary>
    public static async Task<TestApi> StartAsync(TimeProvider clock, Action<PynomalyIdentityOptions> configure, Action<WebApplicationBuilder>? more = null)
    {
        var logs = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(clock);
        builder.Services.AddControllers().AddApplicationPart(typeof(TestApi).Assembly);
        builder.Services.AddAuthentication().AddPynomalyIdentity(configure);
        builder.Services.AddAuthorizationBuilder().AddPolicy("editors", policy => policy.RequirePermission("write:detectors"));
        builder.Services.AddHealthChecks().AddPynomalyIdentity();
        more?.Invoke(builder);
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/open", (ClaimsPrincipal caller) => caller.Identity?.Name ?? "nobody");
        app.MapGet("/whoami", (ClaimsPrincipal caller) => Results.Json(new
        {
            name = caller.Identity!.Name, viewer = caller.IsInRole("viewer"), claims = caller.Claims.Select(claim => $"{claim.Type}={claim.Value}").ToArray(),
        })).RequireAuthorization();
        app.MapGet("/detectors", () => "detectors").RequirePermission("read:detectors");
        app.MapPost("/detectors", () => "made").RequirePermission("write:detectors");
        app.MapGet("/both", () => "both").RequirePermission("read:detectors", "write:detectors");
        app.MapGet("/policy", () => "policy").RequireAuthorization("editors");
        app.MapGet("/fresh", () => "fresh").RequireFreshAuthentication(TimeSpan.FromMinutes(5));
        app.MapGet("/strong", () => "strong").RequireAcr("mfa");
        app.MapGet("/imperative", async (ClaimsPrincipal caller, IAuthorizationService rules) =>
            (await rules.AuthorizeAsync(caller, new object(), "editors")).Succeeded ? Results.Ok() : Results.Forbid()).RequireAuthorization();
        app.MapGet("/stretched", (ClaimsPrincipal caller) =>
        {
            ((ClaimsIdentity)caller.Identity!).AddClaim(new Claim("permissions", "*:*"));
            return "stretched";
        }).RequireAuthorization();
        app.MapControllers();
        app.MapHealthChecks("/health");
        await app.StartAsync();
        return new TestApi(app) { Logs = logs };
    }

    /// <summary>Asks with what the test puts into the request.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, Action<HttpRequestMessage>? with = null)
    {
        using var client = _app.GetTestClient();
        client.BaseAddress = new Uri("https://api.test");
        using var request = new HttpRequestMessage(method, path);
        with?.Invoke(request);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>GET with a bearer token.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, string scheme = "Bearer") =>
        AskAsync(HttpMethod.Get, path, request => request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue(scheme, token));

    /// <summary>Asks until the answer is so; bounded.</summary>
    public async Task EventuallyAsync(string path, string token, HttpStatusCode expected)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await GetAsync(path, token);
            if (answer.StatusCode == expected) return;
            if (attempt == 2400) Assert.Fail($"{path} still answers {(int)answer.StatusCode}, not {(int)expected}:\n{string.Join('\n', Logs.Lines.TakeLast(20))}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A handler that reaches it in memory.</summary>
    public Microsoft.AspNetCore.TestHost.TestServer Server => _app.GetTestServer();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
