using System.Collections.Concurrent;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The authenticator apps of the people of a test: by user name, on the test's clock. Each code is asked for once, so that no test waits for the next half minute.</summary>
public sealed class AuthenticatorApps(MovableClock clock)
{
    private readonly ConcurrentDictionary<string, (byte[] Seed, long Last)> _apps = new(StringComparer.Ordinal);

    /// <summary>Scans the key into the person's app.</summary>
    public void Scan(string userName, string key) => _apps[userName] = (Base32.TryDecode(key) ?? throw new ArgumentException("No Base32", nameof(key)), 0);

    /// <summary>A code that was not given before; moves the clock where the server would take no further one yet.</summary>
    public string Code(string userName)
    {
        var (seed, last) = _apps.TryGetValue(userName, out var app) ? app : throw new InvalidOperationException($"{userName} has no authenticator app in this test.");
        var step = Math.Max(Totp.StepOf(clock.GetUtcNow()), last + 1);
        while (step > Totp.StepOf(clock.GetUtcNow()) + 1) clock.Move(TimeSpan.FromSeconds(30));
        _apps[userName] = (seed, step);
        return Totp.Code(seed, step);
    }

    /// <summary>A code that the app shows neither now nor soon.</summary>
    public string Wrong(string userName)
    {
        var now = Totp.StepOf(clock.GetUtcNow());
        var right = Enumerable.Range(-5, 11).Select(step => Of(userName, now + step)).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 100).Select(number => $"{number:D6}").First(code => !right.Contains(code));
    }

    /// <summary>The code of a step, whether it was given before or not.</summary>
    public string Of(string userName, long step) => Totp.Code(_apps[userName].Seed, step);
}
