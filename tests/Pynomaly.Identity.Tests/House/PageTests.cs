using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>What every page keeps, read from its source: no inline code, nobody else's asset, no text outside the resources, no colour outside the tokens.</summary>
public sealed partial class PageTests
{
    private const string Project = "Razor-pages-ui/Pynomaly.Identity.UI";

    [Theory]
    [InlineData(@"<style\b|\sstyle=", "a class of components.css: the policy refuses inline style")]
    [InlineData(@"<script(?![^>]*\ssrc=)", "site.js: the policy refuses inline script")]
    [InlineData(@"\son[a-z]+\s*=\s*[""']", "a listener in site.js: the policy refuses inline handlers")]
    [InlineData(@"(src|href)=""(https?:)?//", "an asset of our own: nobody else learns who signs in")]
    [InlineData(@"<form\b(?![^>]*\bmethod=""(post|get)"")", "method=\"post\", with its antiforgery token, for what changes anything; method=\"get\" for a search")]
    public void No_page_holds(string pattern, string instead)
    {
        var offences =
            from path in Repository.Files(Project, "*.cshtml")
            where Regex.IsMatch(Repository.Read(path), pattern, RegexOptions.IgnoreCase)
            select path;

        Repository.AssertNone(offences, $"Take {instead}:");
    }

    [Theory]
    [InlineData(@"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", "a token of tokens.css for each colour")]
    [InlineData(@"\b(margin|padding|border|inset)-(left|right|top|bottom)\b|\btext-align:\s*(left|right)|(?<![\w-])(left|right|width|height):", "logical properties, so that right-to-left needs nothing")]
    [InlineData(@"@import|url\(\s*[""']?(https?:)?//", "an asset of our own")]
    public void No_style_sheet_but_the_tokens_holds(string pattern, string instead)
    {
        var offences =
            from path in Repository.Files(Project, "*.css")
            where !path.EndsWith("/tokens.css", StringComparison.Ordinal)
            from line in Repository.Read(path).Split('\n').Select((text, index) => (Number: index + 1, Text: text))
            where Regex.IsMatch(MediaQuery().Replace(line.Text, ""), pattern)
            select $"{path}:{line.Number}: {line.Text.Trim()}";

        Repository.AssertNone(offences, $"Take {instead}:");
    }

    // The pages' own texts are asked for by T, H or "text"; the console's by C or "console".
    [Theory]
    [InlineData("Texts", @"(?:\b[TH]|\btext)\[(?:[^\]""]*\? )?""([A-Za-z.]+)""")]
    [InlineData("ConsoleTexts", @"(?:\bC|\bconsole)\[(?:[^\]""]*\? )?""([A-Za-z.]+)""")]
    public void Every_text_that_a_page_asks_for_stands_in_the_resources(string resources, string asking)
    {
        var known = Keys(resources).ToHashSet();

        var offences =
            from path in Sources()
            from Match asked in Regex.Matches(Repository.Read(path), asking)
            where !known.Contains(asked.Groups[1].Value)
            select $"{path}: {asked.Groups[1].Value}";

        Repository.AssertNone(offences.Distinct(), $"Write these into {resources}.resx:");
    }

    [Theory]
    [InlineData("Texts")]
    [InlineData("ConsoleTexts")]
    public void Every_text_of_the_resources_is_asked_for(string resources)
    {
        var sources = string.Concat(Sources().Select(Repository.Read));

        // Families of texts whose next part is a value: their members are asked for by interpolation.
        var families = Family().Matches(sources).Select(asked => asked.Groups[1].Value).ToHashSet();

        var offences = Keys(resources).Where(key => !families.Any(family => key.StartsWith(family, StringComparison.Ordinal)) && !sources.Contains($"\"{key}\"", StringComparison.Ordinal));

        Repository.AssertNone(offences, $"Nobody reads these; take them out of {resources}.resx:");
    }

    [Fact]
    public void Every_icon_that_a_page_shows_is_in_the_sprite()
    {
        var drawn = XDocument.Parse(Repository.Read($"{Project}/wwwroot/img/icons.svg")).Root!.Elements().Select(symbol => symbol.Attribute("id")!.Value).ToHashSet();

        var offences =
            from path in Sources()
            from Match shown in Shown().Matches(Repository.Read(path))
            where !drawn.Contains(shown.Groups[1].Value)
            select $"{path}: {shown.Groups[1].Value}";

        Repository.AssertNone(offences, "Draw these, or name others:");
    }

    private static IEnumerable<string> Keys(string resources) => XDocument.Parse(Repository.Read($"{Project}/Resources/{resources}.resx")).Root!.Elements("data").Select(data => data.Attribute("name")!.Value);

    private static IEnumerable<string> Sources() => Repository.Files(Project, "*.cshtml").Concat(Repository.Code(Project));

    [GeneratedRegex(@"\[\$""([A-Za-z.]+\.)\{")]
    private static partial Regex Family();

    [GeneratedRegex(@"<icon name=""([a-z-]+)""")]
    private static partial Regex Shown();

    [GeneratedRegex(@"@media \([^)]*\)")]
    private static partial Regex MediaQuery();
}
