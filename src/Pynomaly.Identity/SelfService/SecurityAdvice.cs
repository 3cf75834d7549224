namespace Pynomaly.Identity.SelfService;

/// <summary>What a security check-up may advise: words that pages and programs make sentences of.</summary>
public static class SecurityAdvice
{
#pragma warning disable CS1591 // the names say it
    public const string AddFactor = "add_second_factor";
    public const string AddPasskey = "add_passkey";
    public const string MakeBackupCodes = "make_backup_codes";
    public const string RenewBackupCodes = "renew_backup_codes";
    public const string AddEmail = "add_email";
    public const string VerifyEmail = "verify_email";
    public const string CheckDevices = "check_devices";
#pragma warning restore CS1591
}
