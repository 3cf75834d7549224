using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Administration.Review;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Sealing;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>What the engine says by a code, the console says in the reader's language: every code has its text, with no value that the engine does not give.</summary>
/// <remarks>That every other language has the texts of English is <see cref="LanguageTests"/>'s.</remarks>
public sealed partial class ConsoleTextTests
{
    private static readonly Dictionary<string, string> Texts = XDocument.Parse(Repository.Read("Razor-pages-ui/Pynomaly.Identity.UI/Resources/ConsoleTexts.resx")).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    // Imports are started by the command line, which speaks English.
    private static readonly IReadOnlyList<string> Files =
    [
        .. ((string[])["src/Pynomaly.Identity/Administration", "src/Pynomaly.Identity/Clients", "src/Pynomaly.Identity/Protocol", "src/Pynomaly.Identity/Tokens", "Razor-pages-ui/Pynomaly.Identity.UI/Pages/Admin"])
            .SelectMany(Repository.Code).Where(path => !path.Contains("/Importing/", StringComparison.Ordinal) && !path.Contains("/Snippets/", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Every_refusal_and_every_state_of_health_has_its_text()
    {
        var said = Files.SelectMany(Said).ToList();

        Assert.True(said.Count > 120, $"Only {said.Count} sentences were found: is the engine written otherwise now?");
        Repository.AssertNone(said.Where(one => one.Keys.All(key => !Texts.ContainsKey(key))).Select(one => $"{string.Join(" or ", one.Keys)}  ({one.Path})").Distinct(), "Write these into ConsoleTexts.resx, and in every other language:");
    }

    [Fact]
    public void A_text_says_no_value_that_the_engine_does_not_give()
    {
        var offences =
            from one in Files.SelectMany(Said)
            let key = one.Keys.FirstOrDefault(Texts.ContainsKey)
            where key is not null && one.Values is { } values && Value().Matches(Texts[key]).Any(value => int.Parse(value.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= values)
            select $"{key}: {Texts[key]}";

        Repository.AssertNone(offences.Distinct(), "The engine gives fewer values:");
    }

    [Fact]
    public void Every_event_finding_and_break_of_the_chain_has_its_text() =>
        Repository.AssertNone(
            AuditEvents.Names.Select(name => $"Event.{name}")
                .Concat(Criteria.All.SelectMany(one => (string[])[$"Finding.{one.Id}.Title", $"Finding.{one.Id}.Why", $"Finding.{one.Id}.Fix"]))
                .Concat(Enum.GetNames<AuditFindingKind>().Select(kind => $"Seal.{kind}")).Where(key => !Texts.ContainsKey(key)),
            "Write these into ConsoleTexts.resx, and in every other language:");

    [Fact]
    public void Every_note_of_an_import_has_its_text() =>
        Repository.AssertNone(
            typeof(ImportWords).GetFields().Where(field => field.IsLiteral).Select(field => $"Imports.Note.{field.GetRawConstantValue()}").Where(key => !Texts.ContainsKey(key)),
            "Write these into ConsoleTexts.resx, and in every other language:");

    [Fact]
    public void What_a_new_installation_has_is_described_in_every_language()
    {
        var described = InitialRoles.All.Select(role => ($"Described.role.{role.Name}", role.Description))
            .Concat(InitialPermissions.All.Select(permission => ($"Described.permission.{permission.Name}", permission.Description)))
            .Concat(InitialScopes.All.Select(scope => ($"Described.scope.{scope.Name}", scope.Description)));

        Repository.AssertNone(described.Where(one => Texts.GetValueOrDefault(one.Item1) != one.Item2).Select(one => $"{one.Item1}: {one.Item2}"), "The console translates these only while ConsoleTexts.resx says the same:");
    }

    private static IEnumerable<(string[] Keys, int? Values, string Path)> Said(string path)
    {
        var text = Repository.Read(path);
        var family = path.EndsWith("/ServerHealth.cs", StringComparison.Ordinal) ? "Health" : "Refusal";
        foreach (Match found in Rule().Matches(text)) yield return ([$"Refusal.{found.Groups[1].Value}"], Holes(text, found), path);
        foreach (Match found in Problem().Matches(text)) yield return ([$"Refusal.{found.Groups[1].Value}.{found.Groups[2].Value}", $"Refusal.{found.Groups[2].Value}"], Holes(text, found), path);
        foreach (Match found in Reason().Matches(text)) yield return ([$"{family}.{found.Groups[1].Value}"], Holes(text, found), path);
    }

    // How many values the interpolated string has that begins where the match ends; null: it stands elsewhere.
    private static int? Holes(string text, Match found)
    {
        var i = found.Index + found.Length;
        return text[i] == '$' ? Walk(text, i + 2, out _) : null;
    }

    private static int Walk(string text, int i, out int end)
    {
        var (holes, depth) = (0, 0);
        for (; depth > 0 || text[i] != '"'; i++)
        {
            if (depth == 0 && text[i] == '\\') i++;
            else if (depth > 0 && text[i] == '"') Walk(text, i + 1, out i);
            else if (text[i] == '{' && depth++ == 0) holes++;
            else if (text[i] == '}') depth--;
        }

        end = i;
        return holes;
    }

    [GeneratedRegex(@"(?:Conflict|Forbidden)\(""([a-z_]+)"", ")]
    private static partial Regex Rule();

    [GeneratedRegex(@"(?:AdministrationException\.Invalid|\bnew(?: FieldProblem)?)\((?:""([a-z_]+)""|\w+), ""([a-z_]+)"", (?=\$""|reason\b)")]
    private static partial Regex Problem();

    [GeneratedRegex(@"\bnew(?: Sentence)?\(""([a-z_]+)"", (?=\$"")")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\{(\d+)")]
    private static partial Regex Value();
}
