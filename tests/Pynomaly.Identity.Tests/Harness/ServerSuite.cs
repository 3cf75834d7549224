using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A suite over the real server; skipped, with the reason, where its database is not installed.</summary>
public abstract class ServerSuite : IAsyncLifetime
{
    /// <summary>Takes the server.</summary>
    protected ServerSuite(TestServer server) => Server = server;

    /// <summary>The server.</summary>
    protected TestServer Server { get; }

    /// <inheritdoc />
    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Server.WhyUnavailable is not null, Server.WhyUnavailable ?? "");
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Seals all that was entered until now; a transaction that is under way may hold up a seal.</summary>
    protected async Task SealedAsync()
    {
        var top = await Server.ScalarAsync("SELECT COALESCE(MAX(sequence), 0) FROM audit_events");
        await Until.TrueAsync(async () =>
        {
            while (await Server.Services.GetRequiredService<Sealer>().SealAsync(default) > 0)
            {
                // the next seal
            }

            return (long)(await Server.ScalarAsync("SELECT COALESCE(MAX(last_sequence), 0) FROM audit_seals"))! >= (long)top!;
        }, "everything is sealed");
    }

    /// <summary>Runs a statement past the server's own code.</summary>
    protected Task<int> ExecuteAsync(string sql, params object?[] values) =>
        Server.Services.GetRequiredService<Database>().WriteAsync((session, stop) => session.ExecuteAsync(sql, stop, values), CancellationToken.None);

    /// <summary>Enters a client of the test's own, and answers its id.</summary>
    protected async Task<string> AddClientAsync(ClientMetadata metadata, Action<Application>? change = null)
    {
        var client = TestData.Client($"client-{Guid.NewGuid():N}", Server.Clock.GetUtcNow(), metadata);
        change?.Invoke(client);
        await using var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Applications.Add(client);
        await context.SaveChangesAsync();
        Server.Services.GetRequiredService<ChangeFeed>().Look();
        return client.ClientId;
    }
}
