namespace Pynomaly.Identity.Protocol;

/// <summary>The audit trail. Keys stand under "Identity:Audit:".</summary>
public sealed record AuditSettings
{
    /// <summary>How often new entries are sealed: for so long an entry can be altered by whoever writes to the database. Default 2 seconds; 0 never seals.</summary>
    public TimeSpan SealInterval { get; init; } = TimeSpan.FromSeconds(2);

    internal static AuditSettings Read(SettingsReader read) => new()
    {
        SealInterval = read.Duration("Audit:SealInterval", new AuditSettings().SealInterval, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
    };
}
