using System.Reflection;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>README's table from specification to file is what the code says of itself, no more and no less.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the table instead of comparing it.</remarks>
public sealed partial class SpecificationTableTests
{
    private const string Begin = "<!-- specifications: written by SpecificationTableTests -->";
    private const string End = "<!-- /specifications -->";

    private static readonly (string Assembly, string Folder)[] Projects =
    [
        ("Pynomaly.Identity", "src/Pynomaly.Identity"),
        ("Pynomaly.Identity.Server", "src/Pynomaly.Identity.Server"),
        ("Pynomaly.Identity.ResourceServer", "src/Pynomaly.Identity.ResourceServer"),
    ];

    [Fact]
    public void The_table_of_README_names_every_specification_and_its_files()
    {
        var readme = Repository.Read("README.md");
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, $"README.md has no table between {Begin} and {End}");

        var table = Table();
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "README.md"), $"{readme[..begin]}{Begin}\n{table}{readme[end..]}");
            return;
        }

        var written = readme[(begin + Begin.Length)..end].Trim();
        Assert.True(written == table.Trim(), $"README's table is stale. Run this test once with WRITE_DOCS=1, or put this between the marks:\n\n{table}");
    }

    [Fact]
    public void One_specification_has_one_title()
    {
        var offences = Rows().GroupBy(row => row.Number).Where(same => same.Select(row => row.Title).Distinct().Count() > 1)
            .Select(same => $"{same.Key}: {string.Join("; ", same.Select(row => $"{row.Title} ({row.Path})"))}");

        Repository.AssertNone(offences, "Write the title as it is printed on the document:");
    }

    private static string Table()
    {
        var lines = Rows().GroupBy(row => row.Number).OrderBy(spec => Order(spec.Key), StringComparer.Ordinal)
            .Select(spec => $"| {Link(spec.Key)} | {spec.First().Title} | {string.Join(", ", spec.Select(row => $"[{row.Type}]({row.Path})").Distinct().Order(StringComparer.Ordinal))} |");

        return $"| specification | title | where |\n|---|---|---|\n{string.Join('\n', lines)}\n";
    }

    private static IEnumerable<(string Number, string Title, string Type, string Path)> Rows() =>
        from project in Projects
        from type in Assembly.Load(project.Assembly).GetTypes()
        from attribute in type.GetCustomAttributesData()
        where attribute.AttributeType.Name == nameof(SpecificationAttribute) // each assembly has its own: the source file is shared
        let specification = (Number: (string)attribute.ConstructorArguments[0].Value!, Title: (string)attribute.ConstructorArguments[1].Value!)
        select (specification.Number, specification.Title, type.Name.Split('`')[0], PathOf(type, project));

    private static string PathOf(Type type, (string Assembly, string Folder) project)
    {
        var folder = type.Namespace![project.Assembly.Length..].Replace('.', '/');
        var path = $"{project.Folder}{folder}/{type.Name.Split('`')[0]}.cs";
        Assert.True(File.Exists(Path.Combine(Repository.Root, path)), $"{type.FullName} carries [Specification] and should lie in {path}");
        return path;
    }

    private static string Link(string number) =>
        Rfc().Match(number) is { Success: true } rfc ? $"[{number}](https://www.rfc-editor.org/rfc/rfc{rfc.Groups[1].Value})" : number;

    /// <summary>RFCs by number, the others after them by name.</summary>
    private static string Order(string number) => Rfc().Match(number) is { Success: true } rfc ? rfc.Groups[1].Value.PadLeft(6, '0') : $"~{number}";

    [GeneratedRegex(@"^RFC (\d+)$")]
    private static partial Regex Rfc();
}
