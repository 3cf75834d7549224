using System.Globalization;
using System.Resources;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>The words of mails in one language: MailTexts.resx, and one file beside it for each further language.</summary>
internal sealed class MailTexts
{
    private static readonly ResourceManager Resources = new(typeof(MailTexts).FullName!, typeof(MailTexts).Assembly);

    private MailTexts(CultureInfo culture) => Culture = culture;

    /// <summary>The language, which dates follow too.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The text, with its values put in.</summary>
    public string this[string key, params object[] values] =>
        string.Format(Culture, Resources.GetString(key, Culture) ?? throw new MissingManifestResourceException(key), values);

    /// <summary>The first of these languages that texts exist in, else the one of the request, else English.</summary>
    public static MailTexts For(params IEnumerable<string?> languages)
    {
        foreach (var culture in languages.Select(Find).Append(CultureInfo.CurrentUICulture))
            if (culture is not null && Exists(culture)) return new MailTexts(culture);
        return new MailTexts(CultureInfo.GetCultureInfo("en"));
    }

    /// <summary>A moment, to the minute, in UTC: the server does not know where the reader is.</summary>
    public string Moment(DateTimeOffset moment) => Languages.Moment(moment, Culture);

    /// <summary>A duration, in the largest unit that tells it whole.</summary>
    public string Duration(TimeSpan duration) => duration.TotalDays >= 2 && duration.Hours == 0 ? this["Duration.Days", (int)duration.TotalDays]
        : duration.TotalHours >= 2 && duration.Minutes == 0 ? this["Duration.Hours", (int)duration.TotalHours]
        : this["Duration.Minutes", (int)Math.Ceiling(duration.TotalMinutes)];

    private static CultureInfo? Find(string? name)
    {
        if (string.IsNullOrEmpty(name)) return null;
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            return null; // a profile may hold anything
        }
    }

    private static bool Exists(CultureInfo culture)
    {
        for (var at = culture; at.Name.Length > 0; at = at.Parent)
            if (at.Name == "en" || Resources.GetResourceSet(at, createIfNotExists: true, tryParents: false) is not null) return true;
        return false;
    }
}
