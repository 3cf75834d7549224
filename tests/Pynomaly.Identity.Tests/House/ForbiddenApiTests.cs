using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Calls that no file of the product makes, each with what to call instead.</summary>
public sealed class ForbiddenApiTests
{
    private static readonly string[] Roots = ["src", "Razor-pages-ui"];

    /// <summary>Files that may wait for a task where they stand: they do it on a thread of their own, which serves nobody else.</summary>
    private static readonly string[] OwnThread =
    [
        "src/Pynomaly.Identity/Keys/KeyRing.cs",
        "src/Pynomaly.Identity/Storage/ChangeFeed.cs",
        "src/Pynomaly.Identity/Storage/WriteQueue.cs",
        "src/Pynomaly.Identity/Abuse/Bans.cs",
        "src/Pynomaly.Identity/Tokens/RevocationList.cs",
    ];

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b", "ask the TimeProvider, so that tests can move the clock")]
    [InlineData(@"\b(new Random\b|Random\.Shared\b)", "take RandomNumberGenerator: a guessable number becomes a guessable secret sooner or later")]
    [InlineData(@"\bGuid\.NewGuid\b", "take Guid.CreateVersion7 for a row's id, RandomNumberGenerator for a secret")]
    [InlineData(@"\bThread\.Sleep\b", "await Task.Delay, or wait for what is to come")]
    [InlineData(@"\bNotImplementedException\b|\bNotSupportedException\(\)", "finish it, or say in the message what is not supported")]
    [InlineData(@"\b(MD5|SHA1|HMACMD5)\.(Create|HashData)\b", "take SHA-256 or better")]
    [InlineData(@"\bServerCertificateCustomValidationCallback\b|\bDangerousAcceptAnyServerCertificateValidator\b", "trust the system's store")]
    [InlineData(@"\b(BinaryFormatter|JavaScriptSerializer|TypeNameHandling)\b", "take System.Text.Json with a source-generated context")]
    [InlineData(@"\b(FromSqlRaw|ExecuteSqlRaw)(Async)?\(\s*\$", "values travel as parameters: FromSql / ExecuteSql with an interpolated string")]
    [InlineData(@"\bHtml\.Raw\(", "let Razor encode")]
    [InlineData(@"\bRequest\.Host\b", "take the configured issuer: the Host header is the caller's word")]
    public void No_file_calls(string pattern, string remedy)
    {
        var forbidden = new Regex(pattern);

        var offences =
            from root in Roots
            from path in Repository.Code(root).Concat(Repository.Files(root, "*.cshtml"))
            from line in Repository.Statements(path)
            where forbidden.IsMatch(line.Text)
            select $"{path}:{line.Number}: {line.Text.Trim()}";

        Repository.AssertNone(offences, $"Instead: {remedy}.");
    }

    [Fact]
    public void No_request_waits_on_a_thread_for_a_task()
    {
        var waiting = new Regex(@"\.GetAwaiter\(\)\.GetResult\(\)");

        var offences =
            from root in Roots
            from path in Repository.Code(root).Except(OwnThread)
            from line in Repository.Statements(path)
            where waiting.IsMatch(line.Text)
            select $"{path}:{line.Number}: {line.Text.Trim()}";

        Repository.AssertNone(offences, "Await: a waiting thread is one fewer for everybody:");
    }

    [Fact]
    public void Nothing_unfinished_is_left_in_the_code()
    {
        var unfinished = new Regex(@"\b(TODO|FIXME|HACK|XXX)\b");

        var offences =
            from root in (string[])["src", "Razor-pages-ui", "tests", "samples", "bench"]
            from path in Repository.Code(root).Concat(Repository.Files(root, "*.cshtml"))
            where !path.EndsWith("/ForbiddenApiTests.cs", StringComparison.Ordinal)
            from line in Repository.Read(path).Split('\n').Select((text, index) => (Number: index + 1, Text: text))
            where unfinished.IsMatch(line.Text)
            select $"{path}:{line.Number}: {line.Text.Trim()}";

        Repository.AssertNone(offences, "Do it now, or write an issue:");
    }
}
