using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>One refresh family and what its holder knows of it: the last token that was acknowledged.</summary>
internal sealed class RefreshChain(string token)
{
    private string _token = token;
    private int _count;

    /// <summary>Rotates as fast as it can until the server dies.</summary>
    public async Task RunAsync(KilledServer server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _token = await server.RefreshAsync(_token) ?? throw new InvalidOperationException("A living refresh token was refused under load.");
                Interlocked.Increment(ref _count);
            }
            catch (HttpRequestException)
            {
                return; // the answer is lost; the rotation may have happened or not
            }
        }
    }

    /// <summary>The last acknowledged token works: it is current, or the parent of a child that nobody received.</summary>
    public async Task CheckAsync(KilledServer server)
    {
        _token = await server.RefreshAsync(_token) ?? throw new Xunit.Sdk.XunitException("An acknowledged rotation is lost: the family's newest token was refused after the kill.");
        Assert.NotEmpty(_token);
    }

    /// <summary>The same, which goes on counting.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Rotations acknowledged since the last look.</summary>
    public int TakeCount() => Interlocked.Exchange(ref _count, 0);
}
