using System.Globalization;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Values as people say them.</summary>
internal static class Words
{
    private const int LongestName = 60;

    /// <summary>A name that somebody else chose, as long as they like: cut so that it cannot push the page's own words out of sight.</summary>
    public static string Name(string name)
    {
        var elements = new StringInfo(name.ReplaceLineEndings(" "));
        return elements.LengthInTextElements <= LongestName ? elements.String : elements.SubstringByTextElements(0, LongestName - 1).TrimEnd() + "…";
    }

    /// <summary>A code as the server takes it: apps show it in groups, and people type what they see.</summary>
    public static string WithoutBlanks(string code) => string.Concat(code.Where(character => !char.IsWhiteSpace(character)));

    /// <summary>A language by its BCP 47 tag, in the reader's language; null: none that is known here.</summary>
    public static string? Language(string? tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag ?? "", predefinedOnly: true) is { Name.Length: > 0 } known ? Capital(known.DisplayName) : null;
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A moment, to the minute, in UTC: the server does not know where the reader is.</summary>
    public static string Of(DateTimeOffset moment) => Languages.Moment(moment, CultureInfo.CurrentCulture);

    /// <summary>A time to wait, rounded up: nobody should come back too early.</summary>
    public static string Of(TimeSpan duration, IStringLocalizer<Texts> text) => duration.TotalSeconds switch
    {
        <= 50 => text["Duration.Seconds", Math.Max(5, Math.Ceiling(duration.TotalSeconds / 5) * 5)],
        <= 60 => text["Duration.Minute"],
        <= 3600 => text["Duration.Minutes", Math.Ceiling(duration.TotalMinutes)],
        < 172800 => text["Duration.Hours", Math.Ceiling(duration.TotalHours)],
        _ => text["Duration.Days", Math.Ceiling(duration.TotalDays)],
    };

    /// <summary>With a capital letter where it begins.</summary>
    public static string Capital(string text) => CultureInfo.CurrentUICulture.TextInfo.ToUpper(text[..1]) + text[1..];
}
