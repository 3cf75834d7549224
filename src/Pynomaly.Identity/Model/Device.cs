namespace Pynomaly.Identity.Model;

/// <summary>A browser that a person has signed in with before: known, and perhaps trusted not to be asked for a second factor. The browser holds a random reference in a cookie.</summary>
public sealed class Device
{
    /// <summary>The id, safe to show.</summary>
    public required string Id { get; init; }

    /// <summary>Base64url of SHA-256 over the cookie's value; one browser may be several people's.</summary>
    public required string KeyHash { get; init; }

    /// <summary>The person.</summary>
    public required string UserId { get; init; }

    /// <summary>The browser's User-Agent at the last sign-in, cut to 256 characters.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The address of the last sign-in.</summary>
    public string? Address { get; set; }

    /// <summary>The first sign-in.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>The last sign-in.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Until when the second factor is not asked for here; null: it is.</summary>
    public DateTimeOffset? TrustedUntil { get; set; }

    /// <summary>Wrong passwords in a row from this browser, counted apart from the account's: strangers cannot lock the owner out.</summary>
    public int AccessFailedCount { get; set; }

    /// <summary>Until when this browser waits.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>How often in a row it was made to wait: doubles the wait.</summary>
    public int LockoutRounds { get; set; }
}
