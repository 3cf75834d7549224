using System.Globalization;

namespace Pynomaly.Identity.Protocol;

/// <summary>The languages that pages and e-mails speak, as BCP 47 tags; the first is the one for everybody else.</summary>
public static class Languages
{
    /// <summary>All of them: what discovery publishes as ui_locales_supported.</summary>
    public static IReadOnlyList<string> All { get; } = ["en", "de", "fr", "es", "ja"];

    /// <summary>The first of these wishes that is spoken here: the tag itself, or what it begins with ("de-AT" is German). Null: none is.</summary>
    public static string? Choose(IEnumerable<string> wishes) =>
        wishes.Select(wish => All.FirstOrDefault(known => wish.Equals(known, StringComparison.OrdinalIgnoreCase) || wish.StartsWith(known + "-", StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(known => known is not null);

    /// <summary>A moment as the language writes it, to the minute, in UTC: the server does not know where the reader is.</summary>
    public static string Moment(DateTimeOffset moment, CultureInfo culture) => moment.UtcDateTime.ToString(DatePattern(culture) + TimePattern(culture), culture) + " UTC";

    /// <summary>A day as the language writes it.</summary>
    public static string Day(DateTimeOffset moment, CultureInfo culture) => moment.UtcDateTime.ToString(DatePattern(culture), culture);

    private static string DatePattern(CultureInfo culture) => culture.TwoLetterISOLanguageName switch
    {
        "de" => "d. MMMM yyyy",
        "es" => "d 'de' MMMM 'de' yyyy",
        "ja" => "yyyy'年'M'月'd'日'",
        _ => "d MMMM yyyy",
    };

    private static string TimePattern(CultureInfo culture) => culture.TwoLetterISOLanguageName switch
    {
        "fr" => "' à 'HH:mm",
        "ja" => " HH:mm",
        _ => ", HH:mm",
    };
}
