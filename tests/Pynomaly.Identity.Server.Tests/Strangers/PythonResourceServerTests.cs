using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>A resource server in Python (PyJWT) that knows our issuer and nothing else.</summary>
[Collection<StrangersCollection>]
public sealed class PythonResourceServerTests(StrangersFixture strangers)
{
    [Fact]
    public async Task An_access_token_is_valid_by_discovery_and_the_published_keys()
    {
        string token = await strangers.Tokens.IssueAsync();

        var answer = Assert.Single(await strangers.RunPythonAsync(StrangersFixture.Audience, token));

        var claims = answer["claims"]!;
        Assert.Equal("stranger-service", (string?)claims["client_id"]);
        Assert.Equal("stranger-service", (string?)claims["sub"]);
        Assert.Equal(["read:datasets", "read:detectors"], claims["permissions"]!.AsArray().Select(permission => (string)permission!).Order());
        Assert.Contains("pynomaly_api", ((string)claims["scope"]!).Split(' '));
    }

    [Fact]
    public async Task A_changed_token_and_another_audience_are_refused()
    {
        string token = await strangers.Tokens.IssueAsync();
        string[] parts = token.Split('.');
        string forged = $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}";

        var changed = Assert.Single(await strangers.RunPythonAsync(StrangersFixture.Audience, forged));
        var elsewhere = Assert.Single(await strangers.RunPythonAsync("https://other.example", token));

        Assert.StartsWith("InvalidSignatureError", (string?)changed["refused"], StringComparison.Ordinal);
        Assert.StartsWith("InvalidAudienceError", (string?)elsewhere["refused"], StringComparison.Ordinal);
    }
}
