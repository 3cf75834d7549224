using System.Text.RegularExpressions;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>Pastes the commands of <c>docs/first-five-minutes.md</c>, from the token on, against the running samples; only the ports are others.</summary>
[Collection<SamplesCollection>]
public sealed partial class FirstFiveMinutesTests(SamplesFixture samples)
{
    private static readonly string? Shell = Command.Find("sh"), Curl = Command.Find("curl");

    [Fact]
    public async Task The_commands_of_the_walk_do_what_it_says()
    {
        string[] said = await PasteAsync("docs/first-five-minutes.md", "## 3.", "## 6.");

        Assert.Equal(7, said.Length);
        Assert.Contains("\"access_token\"", said[0], StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200", said[2], StringComparison.Ordinal);
        Assert.Contains("pump-vibration", said[2], StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 403", said[3], StringComparison.Ordinal);
        Assert.Contains("error=\"insufficient_scope\", scope=\"write:detectors\"", said[3], StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 401", said[4], StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\", error_description=\"The access token was revoked\"", said[4], StringComparison.Ordinal);
        Assert.Contains("\"jti\"", said[5], StringComparison.Ordinal);
        Assert.Contains("{\"active\":false}", said[6], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_short_walk_of_the_README_ends_with_a_refusal()
    {
        string said = Assert.Single(await PasteAsync("README.md", "in a fourth terminal", "## The house"));

        int accepted = said.IndexOf("pump-vibration", StringComparison.Ordinal), refused = said.IndexOf("The access token was revoked", StringComparison.Ordinal);
        Assert.InRange(accepted, 0, refused);
    }

    /// <summary>Runs the blocks of commands between two places of a page, as one shell would, and gives what each block said.</summary>
    private async Task<string[]> PasteAsync(string file, string from, string to)
    {
        Assert.SkipUnless((Shell is not null && Curl is not null) || Command.InContinuousIntegration, "sh and curl are not installed");
        string page = await File.ReadAllTextAsync(Checkout.File(file));
        int start = page.IndexOf(from, StringComparison.Ordinal);
        var blocks = Block().Matches(page[start..page.IndexOf(to, start, StringComparison.Ordinal)]).Select(block => block.Groups[1].Value);
        string walk = string.Join("echo; echo '-- next'\n", blocks)
            .Replace(". samples/environment", ":", StringComparison.Ordinal)
            .Replace("http://localhost:5080", samples.Issuer, StringComparison.Ordinal)
            .Replace("http://localhost:5090", samples.Api.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("curl ", "curl --retry 60 ", StringComparison.Ordinal) // a server on a starved machine may ask to come again
            .Replace("sleep 1", $"for i in $(seq 600); do curl -s -H \"Authorization: Bearer $token\" -o /dev/null -w '%{{http_code}}' {samples.Api}detectors | grep -q 401 && break; sleep 0.2; done", StringComparison.Ordinal); // as long as it takes

        var run = await Command.RunAsync(Shell!, ["-c", walk], environment: samples.Secrets);
        return run.Output.Split("-- next");
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
