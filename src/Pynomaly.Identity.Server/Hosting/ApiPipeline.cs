using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService.Api;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Serves /api/: routing over patterns, refusals as problem+json, a limit of its own, and no cookies at all, so that no other site's page can act through a browser (CS-13).</summary>
internal static class ApiPipeline
{
    private const string Prefix = "/api";

    /// <summary>Serves the paths below /api, and lets the rest pass. Put together at the first request, so that the start does not wait for it.</summary>
    public static void UseApi(this WebApplication app)
    {
        var api = Pipeline.Later(() => Build(app.Services));
        app.Use(next => context => context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal) ? api.Value(context) : next(context));
    }

    private static RequestDelegate Build(IServiceProvider services)
    {
        var failures = services.GetRequiredService<Failures>();
        var limits = services.GetRequiredService<RateLimits>();
        var app = new ApplicationBuilder(services);
        app.Use(next => context => failures.ForApiAsync(context, async context =>
        {
            context.Request.Headers.Cookie = default;
            if (limits.Api(context.Connection.RemoteIpAddress) is var wait and > 0) throw ProtocolException.TooManyRequests(wait);
            await next(context);
            if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null }) await Problems.WriteAsync(context, context.Response.StatusCode);
        }));
        app.Use(next => context => PlainText.RequireInQueryAsync(context, next));
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            services.GetRequiredService<AccountApi>().Map(endpoints);
            services.GetRequiredService<AdminApi>().Map(endpoints);
            endpoints.MapPost(LeakReportEndpoint.Path, services.GetRequiredService<LeakReportEndpoint>().HandleAsync);
        });
        return app.Build();
    }
}
