using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>What every language keeps: every text of English and no other, with the same values and the same elements in it, and not left in English by accident.</summary>
public sealed partial class LanguageTests
{
    /// <summary>Words that are the same in some other language.</summary>
    private static readonly string[] Shared =
    [
        "{0}", "{0}:", "{0}: {1}", "{0}?", "{0} minutes", "1 minute", "ASP.NET Core Identity", "{0} permissions", "{0} s", "API", "APIs", "Application", "Applications", "backup-codes.txt", "Browser", "Bytes",
        "Claims", "Client", "Clients", "Code", "Console", "CSV", "Description", "E-mail", "Error", "Hash", "JSON Lines", "Keycloak", "Logo (https)", "Name",
        "No", "OpenIddict", "Pages", "Passkey", "Passkeys", "Permission", "Permissions", "Person", "Pynomaly", "Roles", "Scope", "Scopes", "Score", "Secret", "Secrets", "Service", "Services",
        "Sessions", "Standard", "System", "Token", "Tokens", "Webhook", "Webhooks", "Website",
    ];

    public static TheoryData<string> Resources => ["Razor-pages-ui/Pynomaly.Identity.UI/Resources/Texts", "Razor-pages-ui/Pynomaly.Identity.UI/Resources/ConsoleTexts", "src/Pynomaly.Identity/Mail/MailTexts"];

    [Theory]
    [MemberData(nameof(Resources))]
    public void Every_language_has_the_texts_of_English_and_no_others(string resource)
    {
        var english = Read($"{resource}.resx").Keys.ToHashSet();

        var offences =
            from language in Others
            let texts = Read($"{resource}.{language}.resx").Keys.ToHashSet()
            from key in english.Except(texts).Select(key => $"is missing: {key}").Concat(texts.Except(english).Select(key => $"nobody reads: {key}"))
            select $"{resource}.{language}.resx {key}";

        Repository.AssertNone(offences, "Translate, or take out:");
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_translation_has_the_values_and_the_elements_of_its_text(string resource)
    {
        var english = Read($"{resource}.resx");

        var offences =
            from language in Others
            from text in Read($"{resource}.{language}.resx")
            where english.TryGetValue(text.Key, out var original) && !Fixed(original).SequenceEqual(Fixed(text.Value))
            select $"{resource}.{language}.resx {text.Key}";

        Repository.AssertNone(offences, "Keep {0} and the elements of:");
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void Nothing_is_left_in_English_by_accident(string resource)
    {
        var english = Read($"{resource}.resx");

        var offences =
            from language in Others
            from text in Read($"{resource}.{language}.resx")
            where english.TryGetValue(text.Key, out var original) && original == text.Value && !Shared.Contains(original)
            select $"{resource}.{language}.resx {text.Key}: {text.Value}";

        Repository.AssertNone(offences, "Translate these, or put the word on the list of this test:");
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void There_is_a_file_for_every_language_and_no_other(string resource)
    {
        var files = Repository.Files(Path.GetDirectoryName(resource)!.Replace('\\', '/'), $"{Path.GetFileName(resource)}.*.resx").Select(file => file.Split('.')[^2]).Order();

        Assert.Equal(Others.Order(), files);
    }

    private static IEnumerable<string> Others => Languages.All.Where(language => language != "en");

    private static IEnumerable<string> Fixed(string text) => Parts().Matches(text).Select(part => part.Value).Order(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Parse(Repository.Read(file)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex(@"\{\d+(?::[^}]*)?\}|<[^>]+>")]
    private static partial Regex Parts();
}
