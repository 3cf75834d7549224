using System.Security.Cryptography;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A person of one test, and the authenticator app on their phone.</summary>
internal sealed record PagePerson(string Id, string Name)
{
    private long _last;

    /// <summary>The phone's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What the app holds: the person's own seed, or one that was scanned.</summary>
    public byte[] Seed { get; private set; } = RandomNumberGenerator.GetBytes(Totp.SeedLength);

    /// <summary>Scans another key.</summary>
    public void Scan(string key) => (Seed, _last) = (Base32.TryDecode(key)!, 0);

    /// <summary>A code that was not given before. The server takes one step ahead, so a second one needs no waiting; a third would.</summary>
    public string Code()
    {
        _last = Math.Max(Totp.StepOf(Clock.GetUtcNow()), _last + 1);
        return Totp.Code(Seed, _last);
    }

    /// <summary>A code that is certainly wrong.</summary>
    public string WrongCode()
    {
        var now = Totp.StepOf(Clock.GetUtcNow());
        var near = Enumerable.Range(-5, 30).Select(away => Totp.Code(Seed, now + away)).ToHashSet();
        return Enumerable.Range(1, near.Count + 1).Select(step => Totp.Code(Seed, step)).First(code => !near.Contains(code));
    }
}

/// <summary>Whether a person has an authenticator app from the start.</summary>
internal enum WithApp
{
    /// <summary>None.</summary>
    No,

    /// <summary>One.</summary>
    Yes,
}
