using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>"clients snippets", by the real executable.</summary>
public sealed class SnippetsCommandTests : IDisposable
{
    private readonly Executable _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("--Identity:Lifetimes:IdToken=00:05:00", "python")]
    [InlineData("python", "--Identity:Lifetimes:IdToken", "00:05:00")]
    [InlineData("--Identity:Lifetimes:IdToken", "00:05:00", "python")]
    public async Task A_setting_beside_the_language_of_a_snippet_is_a_setting(params string[] words)
    {
        await _server.RunAsync("clients", "create", "nightly", "--scope", "pynomaly_api", "--permission", "read:*");

        var python = await _server.RunAsync(["clients", "snippets", "nightly", .. words]);
        var all = await _server.RunAsync(["clients", "snippets", "nightly", .. words.Where(word => word != "python")]);
        var refused = await _server.RunAsync(["clients", "snippets", "nightly", .. words.Select(word => word.Replace("00:05:00", "soon", StringComparison.Ordinal))]);
        var two = await _server.RunAsync(["clients", "snippets", "nightly", .. words, "go"]);

        Assert.Equal((0, 0, 1, 2), (python.Code, all.Code, refused.Code, two.Code));
        Assert.DoesNotContain("== ", python.Output, StringComparison.Ordinal);
        Assert.Contains("== ", all.Output, StringComparison.Ordinal);
        Assert.Contains("IdToken", refused.Error, StringComparison.Ordinal); // it is read
        Assert.Contains("one language", two.Error, StringComparison.Ordinal);
    }
}
