using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer;

namespace Pynomaly.Identity.Bench.Api;

/// <summary>One endpoint behind a door: none, plain JwtBearer with a policy on the permission, the package with revocation and permission, or one that asks (<see cref="Asking"/>).</summary>
internal static class Api
{
    /// <summary>The door's name in tokens.</summary>
    public static string Audience { get; } = Environment.GetEnvironmentVariable("BENCH_AUDIENCE") ?? "https://api.bench.test";

    public static Task RunAsync(string door, int port, string issuer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var health = builder.Services.AddHealthChecks();
        if (door == "package")
        {
            builder.Services.AddAuthentication().AddPynomalyIdentity(options => (options.Issuer, options.Audience) = (issuer, Audience));
            health.AddPynomalyIdentity();
        }
        else if (door == "jwtbearer")
        {
            builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
            {
                (options.Authority, options.RequireHttpsMetadata, options.MapInboundClaims) = (issuer, false, false);
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidTypes = ["at+jwt"], ValidAlgorithms = ["ES256", "RS256"], ValidAudience = Audience, ClockSkew = TimeSpan.FromSeconds(10), NameClaimType = "sub", RoleClaimType = "roles",
                };
            });
            builder.Services.AddAuthorizationBuilder().AddPolicy("read", policy => policy.RequireClaim("permissions", "read:detectors"));
        }

        var app = builder.Build();
        if (door is "introspection" or "status") app.Use(new Asking(issuer).Door(door));
        var endpoint = app.MapGet("/detectors", () => Results.Text("the detectors"));
        if (door == "package") endpoint.RequirePermission("read:detectors");
        else if (door == "jwtbearer") endpoint.RequireAuthorization("read");
        app.MapHealthChecks("/ready"); // the package's is good once the whole list was read
        app.MapGet("/list", () => ListMetrics());
        app.MapGet("/heap", () => GC.GetTotalMemory(forceFullCollection: true));
        return app.RunAsync();
    }

    // Entries, and the bytes that they take: what the package itself tells an operator.
    private static Dictionary<string, double> ListMetrics()
    {
        var found = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name is "pynomaly.resource_server.list.entries" or "pynomaly.resource_server.list.memory") to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => found[instrument.Name.Split('.')[^1]] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
