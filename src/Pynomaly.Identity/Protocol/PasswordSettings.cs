namespace Pynomaly.Identity.Protocol;

/// <summary>Password hashing, rules and lockout. Keys stand under "Identity:Passwords:".</summary>
public sealed record PasswordSettings
{
    /// <summary>bcrypt's cost, the binary logarithm of its rounds. Default 12, 10 to 16.</summary>
    public int BcryptCost { get; init; } = 12;

    /// <summary>Fewest characters (code points). Default 8, at least 8 (NIST SP 800-63B-4).</summary>
    public int MinimumLength { get; init; } = 8;

    /// <summary>True adds the composition rules of the seeds: upper, lower, digit, special character. Default false.</summary>
    public bool RequireComposition { get; init; }

    /// <summary>A file of breached passwords: SHA-1 hashes in lines HASH:COUNT, ordered by hash. Default: none.</summary>
    public string? BreachedList { get; init; }

    /// <summary>Threads that hash. Default 0: one fewer than the cores, at least one.</summary>
    public int Workers { get; init; }

    /// <summary>Sign-ins that may wait for a hashing thread before further ones are answered 503. Default 64.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>Wrong passwords in a row after which an account waits. Default 5.</summary>
    public int LockoutAttempts { get; init; } = 5;

    /// <summary>How long it waits; doubled with each further round, up to 24 hours. Default 1 minute.</summary>
    public TimeSpan LockoutDuration { get; init; } = TimeSpan.FromMinutes(1);

    internal static PasswordSettings Read(SettingsReader read, string contentRoot)
    {
        var d = new PasswordSettings();
        return new PasswordSettings
        {
            BcryptCost = read.Number("Passwords:BcryptCost", d.BcryptCost, 10, 16),
            MinimumLength = read.Number("Passwords:MinimumLength", d.MinimumLength, 8, 64),
            RequireComposition = read.Flag("Passwords:RequireComposition", d.RequireComposition),
            BreachedList = read.OptionalText("Passwords:BreachedList") is { } path ? Path.GetFullPath(path, contentRoot) : null,
            Workers = read.Number("Passwords:Workers", d.Workers, 0, 64),
            QueueLength = read.Number("Passwords:QueueLength", d.QueueLength, 1, 10000),
            LockoutAttempts = read.Number("Passwords:LockoutAttempts", d.LockoutAttempts, 1, 100),
            LockoutDuration = read.Duration("Passwords:LockoutDuration", d.LockoutDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        };
    }
}
