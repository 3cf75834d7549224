using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>Waits for what happens outside of a request. Bounded: what has not happened after twenty seconds will not.</summary>
public static class Until
{
    /// <summary>Returns when it is so; fails the test when it never is.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isSo, string what = "what was waited for")
    {
        for (var i = 0; i < 400; i++)
        {
            if (await isSo()) return;
            await Task.Delay(50);
        }

        Assert.Fail($"It has not happened: {what}.");
    }
}
