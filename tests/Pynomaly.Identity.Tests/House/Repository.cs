using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The repository as files: what the tests of the house read.</summary>
internal static partial class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "TestResults", "publish", ".git", "data", "lib"];

    /// <summary>The directory of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The text of a file, named from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The files under a directory that people write, as paths from the root with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string directory, string pattern)
    {
        var start = Path.Combine(Root, directory);
        if (!Directory.Exists(start)) return [];
        return
        [
            .. Enumerate(start, pattern)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(NotOurs.Contains))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>C# that people write: migrations are generated.</summary>
    public static IReadOnlyList<string> Code(string directory) =>
        [.. Files(directory, "*.cs").Where(path => !path.Contains("/Migrations/", StringComparison.Ordinal) && !path.EndsWith(".g.cs", StringComparison.Ordinal))];

    /// <summary>The lines of a C# file without comments, with their numbers from one.</summary>
    public static IEnumerable<(int Number, string Text)> Statements(string path) =>
        Read(path).Split('\n').Select((line, index) => (index + 1, Comment().Replace(line, ""))).Where(line => line.Item2.Length > 0);

    /// <summary>Fails with one line an offence, under a sentence that says what to do.</summary>
    public static void AssertNone(IEnumerable<string> offences, string remedy)
    {
        var found = offences.ToArray();
        if (found.Length > 0) Xunit.Assert.Fail($"{remedy}{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", found)}");
    }

    // What is nobody's is not walked through: other suites, which run at the same time, build and clean up there.
    private static FileSystemEnumerable<string> Enumerate(string start, string pattern) =>
        new(start, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName, ignoreCase: false),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !NotOurs.Contains(entry.FileName.ToString()),
        };

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Pynomaly.Identity.sln"))) return directory.FullName;
        }

        throw new InvalidOperationException("The tests of the house read the repository: run them from a checkout.");
    }

    [GeneratedRegex(@"(^\s*///?.*$)|(\s//\s.*$)")]
    private static partial Regex Comment();
}
