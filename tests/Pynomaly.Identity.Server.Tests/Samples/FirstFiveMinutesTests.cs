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
        Assert.SkipUnless((Shell is not null && Curl is not null) || Command.InContinuousIntegration, "sh and curl are not installed");
        string page = await File.ReadAllTextAsync(Checkout.File("docs/first-five-minutes.md"));
        string[] blocks = [.. Block().Matches(page[page.IndexOf("## 3.", StringComparison.Ordinal)..page.IndexOf("## 6.", StringComparison.Ordinal)]).Select(block => block.Groups[1].Value)];
        string walk = string.Join("echo; echo '-- next'\n", blocks)
            .Replace(". samples/environment", ":", StringComparison.Ordinal)
            .Replace("http://localhost:5080", samples.Issuer, StringComparison.Ordinal)
            .Replace("http://localhost:5090", samples.Api.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var run = await Command.RunAsync(Shell!, ["-c", walk], input: "", environment: samples.Secrets);
        string[] said = run.Output.Split("-- next");

        Assert.Equal(blocks.Length, said.Length);
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

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
