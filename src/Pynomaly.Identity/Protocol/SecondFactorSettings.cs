namespace Pynomaly.Identity.Protocol;

/// <summary>Second factors: who needs one, and how often a code may be wrong. Keys stand under "Identity:SecondFactor:".</summary>
public sealed record SecondFactorSettings
{
    /// <summary>Who signs in with a second factor or a passkey only: "Administrators" (default) or "Everyone". Roles and clients can ask for it too.</summary>
    public string Required { get; init; } = "Administrators";

    /// <summary>How long a browser that the person trusts is not asked for the second factor. Default 30 days; 0 does not offer it.</summary>
    public TimeSpan TrustedDevice { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Wrong codes in a row after which the account's factors wait. Default 5.</summary>
    public int LockoutAttempts { get; init; } = 5;

    /// <summary>How long they wait; doubled with each further round, up to 24 hours. Default 1 minute.</summary>
    public TimeSpan LockoutDuration { get; init; } = TimeSpan.FromMinutes(1);

    internal static SecondFactorSettings Read(SettingsReader read)
    {
        var d = new SecondFactorSettings();
        return new SecondFactorSettings
        {
            Required = read.Choice("SecondFactor:Required", d.Required, "Administrators", "Everyone"),
            TrustedDevice = read.Duration("SecondFactor:TrustedDevice", d.TrustedDevice, TimeSpan.Zero, TimeSpan.FromDays(365)),
            LockoutAttempts = read.Number("SecondFactor:LockoutAttempts", d.LockoutAttempts, 1, 10),
            LockoutDuration = read.Duration("SecondFactor:LockoutDuration", d.LockoutDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        };
    }
}
