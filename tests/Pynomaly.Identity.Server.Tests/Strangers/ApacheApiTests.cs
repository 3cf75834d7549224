using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/apache/resource-server.conf</c>: the API behind sees only requests whose token holds and has the permission.</summary>
[Collection<StrangersCollection>]
public sealed class ApacheApiTests(StrangersFixture strangers, ApacheApi api) : FollowingApiTests(strangers, api), IClassFixture<ApacheApi>
{
    /// <summary>The module calls a missing token an invalid request, and has one answer for whatever is required and not there.</summary>
    protected override (HttpStatusCode Status, string Error) ForNone => (HttpStatusCode.Unauthorized, "error=\"invalid_request\"");

    protected override (HttpStatusCode Status, string Error) ForBound => (HttpStatusCode.Forbidden, "error=\"insufficient_scope\"");

    [Theory]
    [InlineData("/Detectors")]
    [InlineData("/")]
    public async Task What_is_not_opened_is_closed_even_with_a_token_that_holds(string path)
    {
        using var answer = await SendAsync(path);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_backend_is_told_who_calls_by_Apache_and_by_nobody_else()
    {
        using var answer = await SendAsync("/detectors", "root");

        Assert.Equal("""["pump-vibration"] for stranger-service""", await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? remoteUser = null)
    {
        await Api.CallAsync(null); // skips where Apache is not installed
        using var http = new HttpClient { BaseAddress = Api.Address, Timeout = Until.Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Strangers.Tokens.IssueAsync());
        if (remoteUser is not null) request.Headers.Add("X-Remote-User", remoteUser);
        return await http.SendAsync(request);
    }
}
