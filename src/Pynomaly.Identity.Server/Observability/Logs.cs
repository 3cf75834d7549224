using Microsoft.Extensions.Logging.Console;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>Where log lines go: standard output, as JSON for machines or readable for a developer. A reader that stands still costs lines, never requests.</summary>
internal static class Logs
{
    /// <summary>Categories of the framework that would write queries, form values or cookies when somebody turns the level down.</summary>
    private static readonly string[] Talkative =
    [
        "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.HttpLogging", "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Antiforgery", "Microsoft.AspNetCore.HostFiltering", "Microsoft.EntityFrameworkCore.Database.Command", "Npgsql.Command",
    ];

    /// <summary>Sets it up. The settings of "Logging" choose levels and format.</summary>
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsoleFormatter<ReadableFormatter, ConsoleFormatterOptions>();
        var format = builder.Configuration["Logging:Console:FormatterName"] ?? (builder.Environment.IsDevelopment() ? ReadableFormatter.Title : ConsoleFormatterNames.Json);
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console =>
        {
            console.FormatterName = format; // the slim builder sets one of its own
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.MaxQueueLength = 10_000;
        });
        builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            // Last and most specific, so that they win over the settings.
            foreach (var provider in (string?[])[null, typeof(ConsoleLoggerProvider).FullName])
            {
                foreach (var category in Talkative) filters.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, null));
                // It writes whole addresses, and makes an activity and a scope for each request. Ours say what is needed.
                filters.Rules.Add(new LoggerFilterRule(provider, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None, null));
                // A start that fails is told in one sentence on standard error.
                filters.Rules.Add(new LoggerFilterRule(provider, "Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical, null));
            }
        });
    }
}
