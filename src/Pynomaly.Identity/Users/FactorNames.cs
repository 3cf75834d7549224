using System.Globalization;
using System.Text;

namespace Pynomaly.Identity.Users;

/// <summary>The names that people give to their factors: shown on pages and in e-mails, so one line that can be seen.</summary>
internal static class FactorNames
{
    /// <summary>Most characters of a name.</summary>
    public const int MaximumLength = 64;

    /// <summary>The name as it is kept; the other one when nothing is left of it.</summary>
    public static string Clean(string? name, string otherwise)
    {
        var kept = new StringBuilder();
        foreach (var rune in (name ?? string.Empty).EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate) continue;
            if (kept.Length + rune.Utf16SequenceLength > MaximumLength) break;
            kept.Append(rune);
        }

        return kept.ToString().Trim() is { Length: > 0 } clean ? clean : otherwise;
    }
}
