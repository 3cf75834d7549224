using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The order of things: the front door, then the pages with their errors, routing and endpoints.</summary>
internal static class Pipeline
{
    private static readonly Lock Building = new();
    private static readonly TimeSpan PagesLater = TimeSpan.FromSeconds(5);

    /// <summary>The services of the host itself.</summary>
    public static IServiceCollection AddHosting(this IServiceCollection services)
    {
        services.AddSingleton<Preparation>().AddHostedService(provider => provider.GetRequiredService<Preparation>());
        services.AddHostedService<Draining>();
        services.AddHostedService<Certificates>();
        services.AddSingleton<SecurityHeaders>();
        services.AddSingleton<HostNames>();
        services.AddSingleton<CrossOrigin>();
        services.AddSingleton<AbuseWatch>();
        services.AddSingleton<RequestRules>();
        services.AddSingleton<Failures>();
        services.AddSingleton<Health>();
        return services;
    }

    /// <summary>Serves programs, and lets the rest pass to the pages.</summary>
    public static void UsePrograms(this WebApplication app)
    {
        var programs = new ProgramEndpoints(app.Services);
        programs.MapPynomalyIdentity();
        var health = app.Services.GetRequiredService<Health>();
        programs.MapGet(Paths.Live, Health.LiveAsync);
        programs.MapGet(Paths.Ready, health.ReadyAsync);

        var door = ActivatorUtilities.CreateInstance<FrontDoor>(app.Services, programs.Build());
        app.Use(door.Before);
    }

    /// <summary>Serves people. A failure or refusal without a body becomes a page.</summary>
    /// <remarks>The pages are put together a moment after the server listens, or when the first person comes: programs need not wait for them, nor share the processor with it in the first second.</remarks>
    public static void UsePages(this WebApplication app)
    {
        var pages = Later(() => BuildPages(app.Services));
        app.Run(context => pages.Value(context));
        app.Lifetime.ApplicationStarted.Register(() => Task.Delay(PagesLater, app.Lifetime.ApplicationStopping).ContinueWith(_ => pages.Value, default, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default));
    }

    /// <summary>A part that is put together at its first request. One at a time: each enters its endpoints in the one list of the host, which is not made for two at once.</summary>
    internal static Lazy<RequestDelegate> Later(Func<RequestDelegate> build) => new(() =>
    {
        lock (Building) return build();
    });

    private static RequestDelegate BuildPages(IServiceProvider services)
    {
        var headers = services.GetRequiredService<SecurityHeaders>();
        var failures = services.GetRequiredService<Failures>();
        var app = new ApplicationBuilder(services);
        app.UsePynomalyIdentityUI();
        app.Use(next => context =>
        {
            headers.ApplyToPage(context);
            return failures.ForPagesAsync(context, next);
        });
        app.Use(next => context => PlainText.RequireAsync(context, next));
        app.UseRouting();
        app.UseEndpoints(endpoints => endpoints.MapPynomalyIdentityUI());
        return app.Build();
    }
}
