using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/python</c>, whole: the API and its thirty lines that follow the revocation list.</summary>
[Collection<StrangersCollection>]
public sealed class FlaskTests(StrangersFixture strangers, FlaskApi api) : FollowingApiTests(strangers, api), IClassFixture<FlaskApi>
{
    [Fact]
    public async Task A_cut_off_ends_what_the_client_had()
    {
        string token = await Strangers.Tokens.IssueAsync("stranger-cut-flask");
        var before = await Api.CallAsync(token);

        await Strangers.CutOffAsync("stranger-cut-flask");

        await RefusedSoonAsync(token);
        Assert.Equal(HttpStatusCode.OK, before.Status);
    }

    [Fact]
    public void The_follower_has_thirty_lines() =>
        Assert.Equal(30, File.ReadAllLines(Harness.Checkout.File("samples/strangers/python/revocations.py")).Length);
}
