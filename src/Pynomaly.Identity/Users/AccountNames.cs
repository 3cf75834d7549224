using System.Globalization;
using System.Text;
using Pynomaly.Identity.Mail;

namespace Pynomaly.Identity.Users;

/// <summary>User names and e-mail addresses: the one form in which all spellings of a name are compared, and which names may be taken.</summary>
/// <remarks>
/// After PRECIS (RFC 8265 §3.3, RFC 8264) and Unicode's security rules (UTS #39), cut down to what an account needs: no two names that people cannot
/// tell apart in the scripts that are confused with Latin. Left out: the full table of confusables; within one script ("rn" and "m") none is looked for.
/// </remarks>
internal static class AccountNames
{
    /// <summary>Most characters (UTF-16) of a name.</summary>
    public const int MaximumLength = 256;

    // Letters that look like Latin ones and are written as such to deceive; with the dotted and dotless i, whose cases no two systems map alike.
    private const string Lookalikes = "\u0130\u0131\u0251\u0261\u0269\u01c0\u01c3";
    private const string CyrillicLikeLatin = "асԁеһіјӏорԛѕԝху";
    private const string GreekLikeLatin = "αινορυ";

    // Shown as nothing, although Unicode counts them among letters and marks.
    private const string Invisible = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0";

    private enum Script
    {
        None,
        Latin,
        Greek,
        Cyrillic,
        Armenian,
        Coptic,
        Cherokee,
        Lisu,
    }

    /// <summary>The form that is stored and looked up: without blanks around it, NFKC, without case. Takes whatever a stranger types.</summary>
    public static string Normalize(string name)
    {
        var trimmed = name.Trim();

        // Nobody has such a name, and Normalize would throw.
        if (trimmed.Length > MaximumLength || !Passwords.IsWellFormed(trimmed)) return trimmed;

        // To lower case first: some letters have two capitals (ẞ), some two small forms (ς).
        return trimmed.Normalize(NormalizationForm.FormKC).ToLowerInvariant().ToUpperInvariant().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Why nobody may take this name, as the end of a sentence that begins with it; null when it may be taken.</summary>
    public static string? FindProblem(string name) => Examine(name)?.Message;

    /// <summary>Why nobody may take this name; null when it may be taken.</summary>
    public static NameProblem? Examine(string name)
    {
        if (name.Length == 0 || name.Length > MaximumLength) return NameProblem.Length;
        if (!Passwords.IsWellFormed(name)) return NameProblem.Malformed;
        if (name != name.Trim()) return NameProblem.Blanks;

        var canonical = name.Normalize(NormalizationForm.FormKC);
        if (canonical.EnumerateRunes().Any(rune => !IsAllowed(rune))) return NameProblem.Unseen;

        var letters = canonical.EnumerateRunes().Where(Rune.IsLetter).Select(Rune.ToLowerInvariant).ToList();
        var scripts = letters.Select(ScriptOf).Where(script => script != Script.None).Distinct().ToList();
        if (scripts.Count > 1) return NameProblem.Mixed;
        if (scripts is [Script.Cyrillic] && letters.All(letter => IsAmong(CyrillicLikeLatin, letter))) return NameProblem.LooksLatin;
        return scripts is [Script.Greek] && letters.All(letter => IsAmong(GreekLikeLatin, letter)) ? NameProblem.LooksLatin : null;
    }

    /// <summary>Why this cannot be an e-mail address that signs somebody in; null when it can. Whether it reaches anybody only an e-mail tells.</summary>
    public static NameProblem? ExamineAddress(string address)
    {
        if (address.Length == 0 || address.Length > MaximumLength) return NameProblem.Length;
        if (!Passwords.IsWellFormed(address)) return NameProblem.Malformed;
        if (address != address.Trim()) return NameProblem.Blanks;

        // Each half by itself: a person's name in Cyrillic at a domain in Latin letters is not meant to deceive.
        var at = address.LastIndexOf('@');
        var deceptive = at <= 0 || at == address.Length - 1 ? null : Examine(address[..at]) ?? Examine(address[(at + 1)..]);
        return deceptive is not null && deceptive != NameProblem.Blanks ? deceptive : EmailAddress.Read(address) is null ? NameProblem.NoAddress : null;
    }

    private static bool IsAllowed(Rune rune)
    {
        if (rune.IsAscii) return rune.Value is >= 0x20 and < 0x7f;
        if (IsAmong(Lookalikes, rune) || IsAmong(Invisible, rune)) return false;
        if (rune.Value is (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0100 and <= 0xe01ef) or (>= 0x1d00 and <= 0x1dbf)) return false;
        return Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
    }

    private static bool IsAmong(string characters, Rune rune) => rune.IsBmp && characters.Contains((char)rune.Value, StringComparison.Ordinal);

    private static Script ScriptOf(Rune letter) => letter.Value switch
    {
        < 0x0250 or (>= 0x1e00 and <= 0x1eff) or (>= 0x2c60 and <= 0x2c7f) or (>= 0xa720 and <= 0xa7ff) => Script.Latin,
        (>= 0x0370 and <= 0x03ff) or (>= 0x1f00 and <= 0x1fff) => Script.Greek,
        (>= 0x0400 and <= 0x052f) or (>= 0x1c80 and <= 0x1c8f) or (>= 0xa640 and <= 0xa69f) => Script.Cyrillic,
        >= 0x0530 and <= 0x058f => Script.Armenian,
        (>= 0x13a0 and <= 0x13ff) or (>= 0xab70 and <= 0xabbf) => Script.Cherokee,
        >= 0x2c80 and <= 0x2cff => Script.Coptic,
        >= 0xa4d0 and <= 0xa4ff => Script.Lisu,
        _ => Script.None,
    };
}
