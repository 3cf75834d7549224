using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Hosting;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>The engine without a web server, for the length of one command.</summary>
internal sealed class Session(ServiceProvider services) : IAsyncDisposable
{
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>Reads the settings and puts the engine together; nothing is opened yet.</summary>
    public static Session Create(IReadOnlyList<string> settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = CommandSettings.Check(settings), ContentRootPath = AppContext.BaseDirectory });
        var options = ServerOptions.Read(builder.Configuration, Home.Of(builder.Environment));
        var services = new ServiceCollection();
        // Standard output is the command's answer, so the log goes to standard error.
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddSingleton(builder.Configuration).AddSingleton<IConfiguration>(builder.Configuration);
        services.AddPynomalyIdentity(options);
        return new Session(services.BuildServiceProvider());
    }

    /// <summary>The same with database and keys ready.</summary>
    /// <exception cref="ConfigurationException">They are not to be had.</exception>
    public static async Task<Session> OpenAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var session = Create(settings);
        await session.PrepareAsync(cancellationToken);
        return session;
    }

    /// <summary>Makes database and keys ready.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DatabaseTroubles.TranslateAsync(Get<Storage.Database>(), () => services.PreparePynomalyIdentityAsync(cancellationToken));
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException)
        {
            throw new ConfigurationException($"The database does not answer: {e.Message}. Check ConnectionStrings:Identity and that it runs.");
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
