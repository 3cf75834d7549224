using System.Globalization;
using System.Text;

namespace Pynomaly.Identity.Mail;

/// <summary>Text that somebody else chose (a name, a browser's User-Agent), made harmless for a mail: one short line, nothing invisible, nothing that a mail program would turn into a link.</summary>
/// <remarks>ASVS 1.3.11. Whoever signs in or registers with a victim's address decides a part of what that victim reads.</remarks>
internal static class ForeignText
{
    private const int Longest = 60;
    private const char ZeroWidthSpace = '\u200b';

    /// <summary>The text.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        var taken = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (taken == Longest)
            {
                plain.Append('…');
                break;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator)
            {
                if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
                continue;
            }

            plain.Append(rune);
            taken++;

            // Mail programs look for addresses themselves, in plain text too: a break that nobody sees stops them.
            if (rune.Value is '.' or ':' or '/' or '@') plain.Append(ZeroWidthSpace);
        }

        return plain.ToString().TrimEnd(' ', ZeroWidthSpace);
    }
}
