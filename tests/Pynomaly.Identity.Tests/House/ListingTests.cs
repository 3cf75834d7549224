using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Where a document shows a file of the samples, it shows the file that the tests run.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the listings instead of comparing them.</remarks>
public sealed partial class ListingTests
{
    private const string Samples = "samples/strangers";

    [Fact]
    public void Every_listing_is_the_file_that_it_names()
    {
        var offences = new List<string>();
        foreach (var document in Repository.Files("docs", "*.md").Append("README.md"))
        {
            var text = Repository.Read(document);
            var wanted = Listing().Replace(text, match => $"{match.Groups[1].Value}{Repository.Read(match.Groups[2].Value).TrimEnd()}\n```");
            if (wanted == text) continue;
            if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1") File.WriteAllText(Path.Combine(Repository.Root, document), wanted);
            else offences.Add(document);
        }

        Repository.AssertNone(offences, "A listing is not its file. Run this test once with WRITE_DOCS=1:");
    }

    [Fact]
    public void Every_file_for_strangers_is_shown()
    {
        var shown = Repository.Files("docs/integrating", "*.md").SelectMany(document => Listing().Matches(Repository.Read(document))).Select(match => match.Groups[2].Value).ToHashSet();
        var offences =
            from path in Repository.Files(Samples, "*")
            where !path.EndsWith(".md", StringComparison.Ordinal) && !path.EndsWith("lock.json", StringComparison.Ordinal) && !shown.Contains(path) && !path.Contains("/__", StringComparison.Ordinal)
            select path;

        Repository.AssertNone(offences, "Show these in docs/integrating, after a line <!-- listing: PATH -->:");
    }

    [GeneratedRegex(@"^(<!-- listing: (\S+) -->\n```\w*\n)(?:.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Listing();
}
