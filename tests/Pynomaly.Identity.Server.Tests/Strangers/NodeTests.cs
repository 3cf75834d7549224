using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/node</c>, whole: the API with jose, and the module that follows the revocation list.</summary>
[Collection<StrangersCollection>]
public sealed class NodeTests(StrangersFixture strangers, NodeApi api) : FollowingApiTests(strangers, api), IClassFixture<NodeApi>
{
    [Fact]
    public async Task A_cut_off_ends_what_the_client_had()
    {
        string token = await Strangers.Tokens.IssueAsync("stranger-cut-jose");
        var before = await Api.CallAsync(token);

        await Strangers.CutOffAsync("stranger-cut-jose");

        await RefusedSoonAsync(token);
        Assert.Equal(HttpStatusCode.OK, before.Status);
    }
}
