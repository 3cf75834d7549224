using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Files that can be read in one sitting, each about one thing and saying which.</summary>
public sealed partial class FileTests
{
    private const int Longest = 300;
    private const int Median = 90;

    /// <summary>Files that may be longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> Long = [];

    /// <summary>The wire's words, one class a registry: read side by side, so kept side by side.</summary>
    private const string Words = "src/Pynomaly.Identity/Protocol/Names.cs";

    [Fact]
    public void No_file_is_longer_than_300_lines_without_a_reason()
    {
        var offences =
            from root in (string[])["src", "Razor-pages-ui", "tests", "samples", "bench"]
            from path in Repository.Code(root).Concat(Repository.Files(root, "*.cshtml")).Concat(Repository.Files(root, "*.js"))
            let lines = LinesOf(path)
            where lines > Longest && !Long.ContainsKey(path)
            select $"{path}: {lines} lines";

        Repository.AssertNone(offences, "Split by subject, or write the reason into the list of this test:");
    }

    [Fact]
    public void Every_listed_long_file_is_still_long()
    {
        var offences = Long.Keys.Where(path => !File.Exists(Path.Combine(Repository.Root, path)) || LinesOf(path) <= Longest);

        Repository.AssertNone(offences, "These need no exception any more; take them off the list:");
    }

    [Fact]
    public void The_middle_file_is_shorter_than_90_lines()
    {
        var lengths = Repository.Code("src").Select(LinesOf).Order().ToArray();

        Assert.InRange(lengths[lengths.Length / 2], 1, Median - 1);
    }

    [Fact]
    public void A_file_holds_one_public_type_and_bears_its_name()
    {
        var offences =
            from path in Repository.Code("src")
            let types = Types().Matches(Repository.Read(path)).Select(m => (Public: m.Groups[1].Value == "public", Name: m.Groups[2].Value)).Distinct().ToArray()
            where types.Any(t => t.Public) && path != Words
            let name = Path.GetFileName(path).Split('.')[0]
            where types.Count(t => t.Public) > 1 || types.Single(t => t.Public).Name != name
            select $"{path}: {string.Join(", ", types.Select(t => t.Name))}";

        Repository.AssertNone(offences, "One public type a file, and the file named after its type:");
    }

    [Fact]
    public void Every_type_says_what_it_is()
    {
        var offences =
            from path in Repository.Code("src")
            let text = Repository.Read(path)
            let type = Types().Match(text)
            where type.Success && !text[..type.Index].Contains("/// <summary>", StringComparison.Ordinal)
            select path;

        Repository.AssertNone(offences, "Open with a summary that says what the type is, and of which specification:");
    }

    private static int LinesOf(string path) => Repository.Read(path).AsSpan().TrimEnd().Count('\n') + 1;

    [GeneratedRegex(@"^(public|internal) (?:(?:sealed|static|abstract|partial|readonly|unsafe|ref) )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();
}
