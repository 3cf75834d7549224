using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Passkeys of a relying party that several origins share. Web Authentication Level 3 §5.11.</summary>
public sealed class RelatedOriginTests(RelatedOriginTests.ServerOfTwoOrigins server) : PasskeySuite(server), IClassFixture<RelatedOriginTests.ServerOfTwoOrigins>
{
    [Fact]
    public async Task The_origins_are_published()
    {
        using var machine = Server.Machine();

        var json = await (await machine.GetAsync(Paths.RelatedOrigins)).JsonAsync();

        Assert.Equal([TestServer.Issuer, "https://id.example"], json.GetProperty("origins").EnumerateArray().Select(one => one.GetString()!));
    }

    [Theory]
    [InlineData("https://id.example", true)]
    [InlineData("https://id.test", true)]
    [InlineData("https://sub.id.example", false)]
    [InlineData("https://id.example:443", false)]
    [InlineData("https://ID.example", false)]
    public async Task WA_05_Exactly_the_configured_origins_are_accepted(string origin, bool isAccepted)
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);
        authenticator.Origin = origin;

        var response = await SignInAsync(browser, authenticator);

        if (isAccepted) await AssertSignedInAsync(browser, response);
        else await AssertRefusedAsync(browser, response);
    }

    /// <summary>A server whose passkeys serve another origin too.</summary>
    public sealed class ServerOfTwoOrigins() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Passkeys:RelatedOrigins:0", "https://id.example")];
    }
}
