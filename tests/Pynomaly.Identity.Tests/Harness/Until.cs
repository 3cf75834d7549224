using System.Diagnostics;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>Waits for what happens outside of a request. Bounded, but by far more than a starved machine takes: only what never happens costs that time.</summary>
public static class Until
{
    /// <summary>What a wait of a test is bounded by.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Returns when it is so; fails the test when it never is.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isSo, string what = "what was waited for")
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < Patience; await Task.Delay(50))
        {
            if (await isSo()) return;
        }

        Assert.Fail($"It has not happened: {what}.");
    }

    /// <summary>Asks again while the node says that it knows nothing fresh, as the clients here do; for who asks past HTTP.</summary>
    public static async Task<T> FreshAsync<T>(Func<Task<T>> ask)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                return await ask();
            }
            catch (ProtocolException later) when (later.Status == 503 && since.Elapsed < Patience)
            {
                // Once more.
            }
        }
    }
}
