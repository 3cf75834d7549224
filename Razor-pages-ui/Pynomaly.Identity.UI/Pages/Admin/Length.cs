using System.Globalization;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A length of time as a setting has it ("7.00:00:00"), in whole words; and what 0 means, of time or of anything else.</summary>
internal static class Length
{
    // A limit of 0 is none, whichever it is.
    private const string Limits = "Identity:Limits:";

    private static readonly Dictionary<string, string> Zeros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Identity:Accounts:DeletionDelay"] = "AtOnce",
        ["Identity:Audit:SealInterval"] = "Off",
        ["Identity:Lifetimes:ClockSkew"] = "No",
        ["Identity:Lifetimes:RefreshRetry"] = "Off",
        ["Identity:Lifetimes:SigningKeyLead"] = "AtOnce",
        ["Identity:Metrics:Port"] = "Off",
        ["Identity:Passwords:Workers"] = "Cores",
        ["Identity:RevocationList:Followers"] = "No",
        ["Identity:RevocationList:FollowersPerAddress"] = "No",
        ["Identity:SecondFactor:TrustedDevice"] = "Off",
        ["Identity:ShutdownDelay"] = "No",
    };

    /// <summary>The words; null for what is neither: it is shown as it is written.</summary>
    public static string? Of(string key, string? value, IStringLocalizer<ConsoleTexts> console)
    {
        if (value is { Length: > 0 } && value.All(c => c is '0' or ':' or '.') && ZeroOf(key) is { } zero) return console[$"Zero.{zero}"];
        if (!TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out var length) || !value.Contains(':', StringComparison.Ordinal)) return null;
        if (length < TimeSpan.Zero || length.Ticks % TimeSpan.TicksPerSecond != 0) return null;
        (int Number, string Unit)[] parts = [(length.Days, "Day"), (length.Hours, "Hour"), (length.Minutes, "Minute"), (length.Seconds, "Second")];
        var said = parts.Where(part => part.Number > 0).DefaultIfEmpty(parts[^1]);
        return string.Join(' ', said.Select(part => console[$"Length.{part.Unit}{(part.Number == 1 ? "" : "s")}", part.Number].Value));
    }

    /// <summary>What 0 means there, in one word; null where nobody may write 0, or where it is a length like any other.</summary>
    internal static string? ZeroOf(string key) => key.StartsWith(Limits, StringComparison.OrdinalIgnoreCase) ? "Off" : Zeros.GetValueOrDefault(key);
}
