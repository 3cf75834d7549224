using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>What an API does that hears of revocations.</summary>
public abstract class FollowingApiTests(StrangersFixture strangers, StrangerApi api) : StrangerApiTests(strangers, api)
{
    [Fact]
    public async Task A_revoked_token_is_refused_and_others_are_not()
    {
        string ended = await Strangers.Tokens.IssueAsync(), other = await Strangers.Tokens.IssueAsync();
        var before = await Api.CallAsync(ended);

        await Strangers.Tokens.RevokeAsync(ended);

        await RefusedSoonAsync(ended);
        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(HttpStatusCode.OK, (await Api.CallAsync(other)).Status);
    }

    protected async Task RefusedSoonAsync(string token)
    {
        await Until.TrueAsync(async () => (await Api.CallAsync(token)).Status == HttpStatusCode.Unauthorized, "the API refuses the token");
        Assert.Contains("error=\"invalid_token\"", (await Api.CallAsync(token)).Challenge, StringComparison.Ordinal);
    }
}
