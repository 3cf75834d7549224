using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A suite over webhooks and receivers of events, each of one test only: none is left to be told of what a later test does, or to be tried again when that moves the clock.</summary>
public abstract class HookSuite(TestServer server) : ServerSuite(server)
{
    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        if (Server.WhyUnavailable is null)
        {
            await ExecuteAsync("DELETE FROM event_receivers");
            await ExecuteAsync("DELETE FROM webhooks");
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
