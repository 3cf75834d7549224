namespace Pynomaly.Identity.Protocol;

/// <summary>How long things live. Keys stand under "Identity:Lifetimes:".</summary>
public sealed record Lifetimes
{
    /// <summary>Access tokens. Default 10 minutes, 1 minute to 1 hour.</summary>
    public TimeSpan AccessToken { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>ID tokens. Default 10 minutes.</summary>
    public TimeSpan IdToken { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Authorization codes. Default and most: 60 seconds (ASVS 10.4.3).</summary>
    public TimeSpan AuthorizationCode { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A refresh family without use. Default 14 days.</summary>
    public TimeSpan RefreshIdle { get; init; } = TimeSpan.FromDays(14);

    /// <summary>A refresh family in all, however often it is used. Default 90 days.</summary>
    public TimeSpan RefreshAbsolute { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long the direct parent of a refresh token may be presented again, its answer being lost. Default 30 seconds; 0 is strict.</summary>
    public TimeSpan RefreshRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A browser session without use. Default 12 hours.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(12);

    /// <summary>A browser session in all. Default 7 days.</summary>
    public TimeSpan SessionAbsolute { get; init; } = TimeSpan.FromDays(7);

    /// <summary>An authorization or logout request that waits for the person. Default 1 hour.</summary>
    public TimeSpan Interaction { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A signing key's active time before its successor takes over. Default 90 days.</summary>
    public TimeSpan SigningKey { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a new signing key is published before it signs. Default 24 hours; at least the time that caches keep the key set.</summary>
    public TimeSpan SigningKeyLead { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How far clocks may differ. Default 10 seconds, at most 60.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How old a DPoP proof may be (RFC 9449 §11.1). Default 60 seconds.</summary>
    public TimeSpan DPoPProof { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a nonce for DPoP proofs is good (RFC 9449 §8). Default 5 minutes.</summary>
    public TimeSpan DPoPNonce { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long audit events are kept. Default 365 days.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(365);

    internal static Lifetimes Read(SettingsReader read)
    {
        var d = new Lifetimes();
        return new Lifetimes
        {
            AccessToken = read.Duration("Lifetimes:AccessToken", d.AccessToken, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)),
            IdToken = read.Duration("Lifetimes:IdToken", d.IdToken, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            AuthorizationCode = read.Duration("Lifetimes:AuthorizationCode", d.AuthorizationCode, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)),
            RefreshIdle = read.Duration("Lifetimes:RefreshIdle", d.RefreshIdle, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
            RefreshAbsolute = read.Duration("Lifetimes:RefreshAbsolute", d.RefreshAbsolute, TimeSpan.FromMinutes(1), TimeSpan.FromDays(730)),
            RefreshRetry = read.Duration("Lifetimes:RefreshRetry", d.RefreshRetry, TimeSpan.Zero, TimeSpan.FromMinutes(2)),
            SessionIdle = read.Duration("Lifetimes:SessionIdle", d.SessionIdle, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
            SessionAbsolute = read.Duration("Lifetimes:SessionAbsolute", d.SessionAbsolute, TimeSpan.FromMinutes(1), TimeSpan.FromDays(90)),
            Interaction = read.Duration("Lifetimes:Interaction", d.Interaction, TimeSpan.FromMinutes(1), TimeSpan.FromHours(12)),
            SigningKey = read.Duration("Lifetimes:SigningKey", d.SigningKey, TimeSpan.FromMinutes(1), TimeSpan.FromDays(730)),
            SigningKeyLead = read.Duration("Lifetimes:SigningKeyLead", d.SigningKeyLead, TimeSpan.Zero, TimeSpan.FromDays(30)),
            ClockSkew = read.Duration("Lifetimes:ClockSkew", d.ClockSkew, TimeSpan.Zero, TimeSpan.FromSeconds(60)),
            DPoPProof = read.Duration("Lifetimes:DPoPProof", d.DPoPProof, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)),
            DPoPNonce = read.Duration("Lifetimes:DPoPNonce", d.DPoPNonce, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)),
            Audit = read.Duration("Lifetimes:Audit", d.Audit, TimeSpan.FromDays(1), TimeSpan.FromDays(3650)),
        };
    }
}
