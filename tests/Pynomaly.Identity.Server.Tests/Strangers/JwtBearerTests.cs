using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/aspnet</c>: what JwtBearer alone does, and what it does not.</summary>
[Collection<StrangersCollection>]
public sealed class JwtBearerTests(StrangersFixture strangers, JwtBearerApi api) : StrangerApiTests(strangers, api), IClassFixture<JwtBearerApi>
{
    /// <summary>The documents say so, and that our package is for those who want better.</summary>
    [Fact]
    public async Task A_revoked_token_passes_until_it_expires()
    {
        string token = await Strangers.Tokens.IssueAsync();

        await Strangers.Tokens.RevokeAsync(token);

        Assert.Equal(HttpStatusCode.OK, (await Api.CallAsync(token)).Status);
    }
}
