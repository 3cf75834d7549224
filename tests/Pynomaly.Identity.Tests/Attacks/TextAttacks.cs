using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Text that no database keeps, SQ-04 of the attack catalogue: a refusal on both databases, never a failure.</summary>
public abstract class TextAttacks(TestServer server) : ServerSuite(server)
{
    [Theory]
    [InlineData("a\0")]
    [InlineData("\0")]
    [InlineData("ada\0@example.org")]
    public async Task SQ_04_a_NUL_in_the_sign_in_name_is_a_wrong_name(string name)
    {
        var browser = Server.Browser();
        var page = await browser.GetAsync("/signin");

        var answer = await browser.SubmitAsync(page, "sign-in", ("username", name), ("password", TestData.Password));

        Assert.True((int)answer.StatusCode < 500, $"{answer.StatusCode}");
        Assert.NotEqual(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task SQ_04_a_NUL_in_a_client_id_is_an_unknown_client()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("a%00b:secret"u8));

        await (await Server.Machine().SendAsync(request)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task PP_09_half_a_surrogate_in_claims_is_an_invalid_request()
    {
        var answer = await Server.Browser().GetAsync(OAuth.AuthorizeUrl(("client_id", TestData.Web), ("redirect_uri", "https://c.test/cb"), ("response_type", "code"), ("scope", "openid"),
            ("claims", """{"userinfo":{"email":{"value":"\ud800"}}}"""), ("code_challenge", OAuth.Pkce().Challenge), ("code_challenge_method", "S256")));

        Assert.Contains("error=invalid_request", answer.Headers.Location?.Query, StringComparison.Ordinal);
    }
}

public sealed class TextAttacksOnSqlite(SqliteServer server) : TextAttacks(server), IClassFixture<SqliteServer>;

public sealed class TextAttacksOnPostgreSql(PostgreSqlServer server) : TextAttacks(server), IClassFixture<PostgreSqlServer>;
