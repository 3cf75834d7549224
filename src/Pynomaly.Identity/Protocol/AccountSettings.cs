namespace Pynomaly.Identity.Protocol;

/// <summary>What people may do about accounts by themselves. Keys stand under "Identity:Accounts:".</summary>
public sealed record AccountSettings
{
    /// <summary>True lets anybody make an account, proven by e-mail. Default false.</summary>
    public bool SelfRegistration { get; init; }

    /// <summary>Roles of accounts that people made themselves. Default: none.</summary>
    public string[] RegistrationRoles { get; init; } = [];

    /// <summary>How long links in e-mails work. Default and most: 15 minutes.</summary>
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an invitation works. Default 3 days.</summary>
    public TimeSpan InvitationLifetime { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long after a sign-in changes to the account's security need no new one. Default 10 minutes.</summary>
    public TimeSpan ConfirmedFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an account that its owner deletes can still be kept. Default 7 days; 0 deletes at once.</summary>
    public TimeSpan DeletionDelay { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How a person who lost all second factors gets in again: "Administrator" (default) or "Email" (a link, and a day of waiting that the owner can stop).</summary>
    public string FactorRecovery { get; init; } = "Administrator";

    internal static AccountSettings Read(SettingsReader read)
    {
        var d = new AccountSettings();
        return new AccountSettings
        {
            SelfRegistration = read.Flag("Accounts:SelfRegistration", d.SelfRegistration),
            RegistrationRoles = read.List("Accounts:RegistrationRoles"),
            LinkLifetime = read.Duration("Accounts:LinkLifetime", d.LinkLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)),
            InvitationLifetime = read.Duration("Accounts:InvitationLifetime", d.InvitationLifetime, TimeSpan.FromMinutes(15), TimeSpan.FromDays(30)),
            ConfirmedFor = read.Duration("Accounts:ConfirmedFor", d.ConfirmedFor, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)),
            DeletionDelay = read.Duration("Accounts:DeletionDelay", d.DeletionDelay, TimeSpan.Zero, TimeSpan.FromDays(90)),
            FactorRecovery = read.Choice("Accounts:FactorRecovery", d.FactorRecovery, "Administrator", "Email"),
        };
    }
}
