namespace Pynomaly.Identity.Protocol;

/// <summary>API keys. Keys stand under "Identity:ApiKeys:".</summary>
public sealed record ApiKeySettings
{
    /// <summary>False: people make no keys of their own, and those that they made open nothing. Default true.</summary>
    public bool Personal { get; init; } = true;

    /// <summary>How long a key lives when nothing is said. Default 90 days.</summary>
    public TimeSpan DefaultLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a key lives at most. Default 365 days.</summary>
    public TimeSpan LongestLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>True admits keys that never expire. Default false.</summary>
    public bool AllowNever { get; init; }

    /// <summary>How many living keys a person or a service may have. Default 25.</summary>
    public int PerOwner { get; init; } = 25;

    internal static ApiKeySettings Read(SettingsReader read)
    {
        var d = new ApiKeySettings();
        var longest = read.Duration("ApiKeys:LongestLifetime", d.LongestLifetime, TimeSpan.FromDays(1), TimeSpan.FromDays(3650));
        return new ApiKeySettings
        {
            Personal = read.Flag("ApiKeys:Personal", d.Personal),
            LongestLifetime = longest,
            DefaultLifetime = read.Duration("ApiKeys:DefaultLifetime", d.DefaultLifetime < longest ? d.DefaultLifetime : longest, TimeSpan.FromHours(1), longest),
            AllowNever = read.Flag("ApiKeys:AllowNever", d.AllowNever),
            PerOwner = read.Number("ApiKeys:PerOwner", d.PerOwner, 1, 1000),
        };
    }
}
