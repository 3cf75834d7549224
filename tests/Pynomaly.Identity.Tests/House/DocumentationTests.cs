using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The documents keep their word: links lead somewhere, commands are the ones that are run, settings are described.</summary>
public sealed partial class DocumentationTests
{
    private const string TestCommand = "dotnet test -c Release";
    private const string RunCommand = "dotnet run --project src/Pynomaly.Identity.Server";

    [Fact]
    public void Every_link_to_a_file_of_ours_leads_there()
    {
        var offences =
            from document in Documents()
            from Match link in Link().Matches(WithoutCode(document))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let file = target.Split('#')[0]
            let directory = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!
            where file.Length > 0 && !Path.Exists(Path.GetFullPath(Path.Combine(directory, file)))
            select $"{document}: {target}";

        Repository.AssertNone(offences, "Mend these links:");
    }

    [Fact]
    public void Every_link_to_a_heading_finds_it()
    {
        var offences =
            from document in Documents()
            from Match link in Link().Matches(WithoutCode(document))
            let target = link.Groups[1].Value
            where target.Contains('#', StringComparison.Ordinal) && !target.Contains("://", StringComparison.Ordinal)
            let file = target.Split('#')[0]
            let path = file.Length == 0 ? Path.Combine(Repository.Root, document) : Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, file))
            where path.EndsWith(".md", StringComparison.Ordinal) && File.Exists(path) && !Anchors(File.ReadAllText(path)).Contains(target.Split('#')[1])
            select $"{document}: {target}";

        Repository.AssertNone(offences, "No such heading:");
    }

    [Fact]
    public void README_shows_the_two_commands_and_CI_runs_the_second()
    {
        var readme = Repository.Read("README.md");

        Assert.Contains($"\n{RunCommand}\n", readme, StringComparison.Ordinal);
        Assert.Contains($"\n{TestCommand}\n", readme, StringComparison.Ordinal);
        Assert.Contains($" {TestCommand} 2>&1", Repository.Read(".ci/run"), StringComparison.Ordinal);
    }

    [Fact]
    public void README_shows_every_room_of_the_house()
    {
        var readme = Repository.Read("README.md");
        var offences = FloorPlan.Rooms.Where(room => !readme.Contains($"{room.Room}/", StringComparison.Ordinal)).Select(room => room.Room);

        Repository.AssertNone(offences, "README's floor plan lacks these rooms:");
    }

    private static IEnumerable<string> Documents() => Repository.Files(".", "*.md");

    private static string WithoutCode(string document) => Code().Replace(Repository.Read(document), "");

    private static HashSet<string> Anchors(string markdown) =>
        [.. Heading().Matches(Code().Replace(markdown, "")).Select(m => NotInAnchors().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
