using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pynomaly.Identity.SelfService;

/// <summary>What the values of a person's claims have to look like. The names of the problems are words for pages and API to make sentences of.</summary>
public static partial class ProfileRules
{
#pragma warning disable CS1591 // the names say it
    public const string TooLong = "too_long";
    public const string Unprintable = "unprintable";
    public const string NoDate = "no_date";
    public const string NoWebAddress = "no_web_address";
    public const string NoSecureAddress = "no_secure_address";
    public const string NoLanguage = "no_language";
    public const string NoTimeZone = "no_time_zone";
    public const string NoPhoneNumber = "no_phone_number";
    public const string Unknown = "unknown";
    public const string NoText = "no_text";
#pragma warning restore CS1591

    /// <summary>The problem in a sentence, for programs.</summary>
    public static string Describe(string problem) => problem switch
    {
        TooLong => "The value is too long",
        Unprintable => "The value holds a character that cannot be shown",
        NoDate => "A date is written YYYY-MM-DD, or YYYY, or 0000-MM-DD without the year (OpenID Connect Core, 5.1)",
        NoWebAddress => "A web address begins with https:// or http://",
        NoSecureAddress => "The address of a picture begins with https://",
        NoLanguage => "A language is written as a BCP 47 tag, for example en or pt-BR",
        NoTimeZone => "A time zone is written as in the IANA database, for example Europe/Berlin",
        NoPhoneNumber => "A phone number begins with + and the country's code, for example +49 30 1234567",
        NoText => "The value has to be a text, or null",
        _ => "There is no such claim that can be set here",
    };

    internal static string? Line(string value) => value.EnumerateRunes().Any(rune => !IsPrintable(rune)) || !IsWellFormed(value) ? Unprintable : null;

    internal static string? Text(string value) => Line(value.ReplaceLineEndings(" "));

    internal static string? Birthdate(string value)
    {
        if (value.Length == 4) return value.All(char.IsAsciiDigit) && value != "0000" ? null : NoDate;
        var date = value.StartsWith("0000-", StringComparison.Ordinal) ? string.Concat("2000", value.AsSpan(4)) : value; // a leap year, so that the 29th of February is one
        return DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : NoDate;
    }

    internal static string? WebAddress(string value) => IsWebAddress(value, "https", "http") ? null : NoWebAddress;

    internal static string? SecureAddress(string value) => IsWebAddress(value, "https") ? null : NoSecureAddress;

    internal static string? Language(string value) => LanguageTag().IsMatch(value) ? null : NoLanguage;

    internal static string? TimeZone(string value) =>
        ZoneName().IsMatch(value) && TimeZoneInfo.TryFindSystemTimeZoneById(value, out var zone) && zone.HasIanaId ? null : NoTimeZone;

    internal static string? Phone(string value) => PhoneNumber().IsMatch(value) && value.Count(char.IsAsciiDigit) is >= 5 and <= 15 ? null : NoPhoneNumber;

    // "javascript:" and "data:" never become a link on somebody's page (CVE-2026-9086).
    private static bool IsWebAddress(string value, params ReadOnlySpan<string> schemes) =>
        Line(value) is null && !value.Contains(' ', StringComparison.Ordinal) && Uri.TryCreate(value, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
        && uri.UserInfo.Length == 0;

    // Controls break headers and logs (XS-07); what turns the direction of writing makes one name look like another.
    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.Format => rune.Value is 0x200c or 0x200d, // joiners, which some scripts and families of emoji need
        _ => true,
    };

    private static bool IsWellFormed(string value) => Users.Passwords.IsWellFormed(value);

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex LanguageTag();

    [GeneratedRegex("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
    private static partial Regex ZoneName();

    [GeneratedRegex(@"^\+[0-9][0-9 ().-]*[0-9](;ext=[0-9]+)?$")]
    private static partial Regex PhoneNumber();
}
