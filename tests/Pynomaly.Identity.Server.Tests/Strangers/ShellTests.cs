using Microsoft.IdentityModel.JsonWebTokens;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/curl</c>: a service, an API's question, and the list, with curl and jq.</summary>
[Collection<StrangersCollection>]
public sealed class ShellTests(StrangersFixture strangers, FlaskApi api) : IClassFixture<FlaskApi>
{
    private static readonly string Directory = Checkout.File("samples/strangers/curl");
    private static readonly string Path = $"{Checkout.File("tests/Pynomaly.Identity.Server.Tests/Strangers/patient")}:{Environment.GetEnvironmentVariable("PATH")}";

    [Fact]
    public async Task A_service_fetches_a_token_and_calls()
    {
        await api.CallAsync(null); // skips where the API cannot run

        var run = await RunAsync("service.sh", [], "", new()
        {
            ["API"] = $"{api.Address}detectors", ["CLIENT_ID"] = "stranger-service", ["CLIENT_SECRET"] = strangers.ServiceSecret, ["SCOPE"] = "pynomaly_api",
        });

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("pump-vibration", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_may_hold_any_character()
    {
        await api.CallAsync(null);

        var run = await RunAsync("service.sh", [], "", new()
        {
            ["API"] = $"{api.Address}detectors", ["CLIENT_ID"] = "stranger-quoted", ["CLIENT_SECRET"] = strangers.ServiceSecret + Cast.Awkward, ["SCOPE"] = "pynomaly_api",
        });

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Fact]
    public async Task A_wrong_secret_ends_it_with_the_servers_words()
    {
        var run = await RunAsync("service.sh", [], "", new() { ["API"] = $"{api.Address}detectors", ["CLIENT_ID"] = "stranger-service", ["CLIENT_SECRET"] = "guessed", ["SCOPE"] = "pynomaly_api" });

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("401", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_judged_by_asking()
    {
        string token = await strangers.Tokens.IssueAsync();

        Assert.Equal(0, await CheckAsync(token));
        Assert.Equal(0, await CheckAsync(token, end: ""));
        Assert.Equal(2, await CheckAsync(token, "write:detectors"));
        await strangers.Tokens.RevokeAsync(token);
        Assert.Equal(1, await CheckAsync(token));
    }

    [Fact]
    public async Task What_is_no_token_of_this_API_does_not_hold()
    {
        string token = await strangers.Tokens.IssueAsync();

        Assert.Equal(1, await CheckAsync(""));
        Assert.Equal(1, await CheckAsync($"{token[..^4]}AAAA"));
        Assert.Equal(1, await CheckAsync(await strangers.Tokens.IssueAsync(scope: "elsewhere_api")));
        Assert.Equal(1, await CheckAsync(await strangers.Tokens.BoundAsync()));
        Assert.Equal(1, await CheckAsync(await strangers.Tokens.ExpiredAsync()));
        Assert.Equal(1, await CheckAsync($"{token}\" url = \"file:///etc/passwd"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_no_judgement() =>
        Assert.Equal(3, await CheckAsync(await strangers.Tokens.IssueAsync(), issuer: $"http://127.0.0.1:{Ports.Free()}"));

    [Fact]
    public async Task The_list_is_followed_by_a_shell()
    {
        SkipWithoutTools();
        string token = await strangers.Tokens.IssueAsync(), jti = new JsonWebToken(token).Id;
        await using var follower = await ChildProcess.StartOtherAsync(
            $"{Directory}/follow.sh", Directory, new Uri($"{strangers.Issuer}/health/ready"), new Dictionary<string, string> { ["ISSUER"] = strangers.Issuer, ["PATH"] = Path });

        await strangers.Tokens.RevokeAsync(token);
        await Until.TrueAsync(() => Task.FromResult(follower.Output.Contains(jti, StringComparison.Ordinal)), "the follower prints the ended token");
        string second = await strangers.Tokens.IssueAsync();
        await strangers.Tokens.RevokeAsync(second);

        await Until.TrueAsync(() => Task.FromResult(follower.Output.Contains(new JsonWebToken(second).Id, StringComparison.Ordinal)), "and the next one");
        Assert.Equal(2, follower.Output.Split(jti).Length); // each once
    }

    private static void SkipWithoutTools()
    {
        bool present = Command.Find("sh") is not null && Command.Find("curl") is not null && Command.Find("jq") is not null;
        Assert.SkipUnless(present || Command.InContinuousIntegration, "curl and jq are not installed");
    }

    private async Task<int> CheckAsync(string token, string permission = "read:detectors", string? issuer = null, string end = "\n") => (await RunAsync("check.sh", [permission], token + end, new()
    {
        ["ISSUER"] = issuer ?? strangers.Issuer, ["AUDIENCE"] = StrangersFixture.Audience, ["CLIENT_ID"] = "stranger-api", ["CLIENT_SECRET"] = strangers.ApiSecret,
    })).ExitCode;

    private Task<Command> RunAsync(string script, string[] arguments, string input, Dictionary<string, string> environment)
    {
        SkipWithoutTools();
        environment.TryAdd("ISSUER", strangers.Issuer);
        (environment["PATH"], environment["MORE"]) = (Path, "--retry 60"); // the server may ask to come again
        return Command.RunAsync($"{Directory}/{script}", arguments, Directory, input, environment);
    }
}
