using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>One way to give a second factor: its name in the address, which is also that of its texts, and its drawing.</summary>
internal sealed record FactorWay(string Name, string Icon)
{
    /// <summary>A passkey: one touch, and nothing to be phished.</summary>
    public static readonly FactorWay Passkey = new("passkey", "passkey");

    /// <summary>A code of an authenticator app.</summary>
    public static readonly FactorWay App = new("app", "phone-app");

    /// <summary>A backup code: for when the others are lost.</summary>
    public static readonly FactorWay Backup = new("backup", "codes");

    /// <summary>Those that the person has, best first.</summary>
    public static IReadOnlyList<FactorWay> Of(FactorChoices choices)
    {
        List<FactorWay> ways = [];
        if (choices.Passkeys > 0) ways.Add(Passkey);
        if (choices.Authenticators > 0) ways.Add(App);
        if (choices.BackupCodes > 0) ways.Add(Backup);
        return ways;
    }
}
