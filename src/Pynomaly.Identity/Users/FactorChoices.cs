namespace Pynomaly.Identity.Users;

/// <summary>The second factors that a person has.</summary>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="Authenticators">How many authenticator apps.</param>
/// <param name="BackupCodes">How many backup codes are left.</param>
public sealed record FactorChoices(int Passkeys, int Authenticators, int BackupCodes)
{
    /// <summary>True when there is one to sign in with. Backup codes alone are none: they stand in for a lost one.</summary>
    public bool Any => Passkeys + Authenticators > 0;
}
