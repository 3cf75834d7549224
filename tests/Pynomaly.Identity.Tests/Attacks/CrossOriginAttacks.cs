using System.Net;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Which page's script may read what the endpoints answer: HP-05 of the attack catalogue.</summary>
public abstract class CrossOriginAttacks(TestServer server) : ServerSuite(server)
{
    /// <summary>Endpoint and method.</summary>
    public static TheoryData<string, string> Endpoints => new() { { Paths.Token, "POST" }, { Paths.Revoke, "POST" }, { Paths.UserInfo, "GET" }, { Paths.UserInfo, "POST" } };

    /// <summary>Origins that are nobody's here, one letter beside a client's that is.</summary>
    public static TheoryData<string> Strangers =>
        ["https://evil.test", "null", "https://spa.test.evil", "http://spa.test", "https://spa.test:444", "https://SPA.test", "https://spa.test/", "https://x.spa.test", "*", "https://c.test"];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task A_browser_applications_own_origin_may_read_the_answer_without_cookies(string path, string method)
    {
        await AddSpaAsync("https://spa.test/callback");

        using var answer = await SendAsync(path, method, "https://spa.test");

        Assert.Equal("https://spa.test", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.Equal("Origin", Assert.Single(answer.Headers.GetValues("Vary")));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task The_question_beforehand_is_answered(string path, string method)
    {
        await AddSpaAsync("https://spa.test/callback");

        using var answer = await AskBeforehandAsync(path, method, "https://spa.test");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("https://spa.test", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains(method, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        Assert.Equal("Authorization, Content-Type, DPoP", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task HP_05_no_other_origin_is_told_anything(string origin)
    {
        await AddSpaAsync("https://spa.test/callback");

        foreach (var path in new[] { Paths.Token, Paths.Revoke, Paths.UserInfo, Paths.Introspect })
        {
            AssertClosed(await SendAsync(path, "POST", origin));
            AssertClosed(await AskBeforehandAsync(path, "POST", origin));
        }
    }

    [Fact]
    public async Task HP_05_the_authorization_endpoint_and_the_pages_are_for_no_script_not_even_the_applications_own()
    {
        await AddSpaAsync("https://spa.test/callback");

        foreach (var path in new[] { Paths.Authorize, Paths.Logout, "/signin", Paths.Introspect })
        {
            AssertClosed(await SendAsync(path, "GET", "https://spa.test"));
            AssertClosed(await AskBeforehandAsync(path, "POST", "https://spa.test"));
        }
    }

    [Fact]
    public async Task A_client_that_is_disabled_takes_its_origin_along()
    {
        var client = await AddSpaAsync("https://gone.test/callback");
        Assert.True((await SendAsync(Paths.Token, "POST", "https://gone.test")).Headers.Contains("Access-Control-Allow-Origin"));

        await ExecuteAsync("UPDATE applications SET is_enabled = $1 WHERE client_id = $2", false, client);
        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();

        AssertClosed(await SendAsync(Paths.Token, "POST", "https://gone.test"));
    }

    [Fact]
    public async Task A_registered_port_is_part_of_the_origin_and_an_apps_scheme_is_none()
    {
        await AddSpaAsync("http://localhost:3000/callback", "com.example.spa:/callback");

        Assert.True((await SendAsync(Paths.Token, "POST", "http://localhost:3000")).Headers.Contains("Access-Control-Allow-Origin"));
        AssertClosed(await SendAsync(Paths.Token, "POST", "http://localhost:3001"));
        AssertClosed(await SendAsync(Paths.Token, "POST", "com.example.spa:"));
        AssertClosed(await SendAsync(Paths.Token, "POST", "com.example.spa://"));
    }

    [Fact]
    public async Task Without_an_origin_the_answer_says_that_it_depends_on_one()
    {
        using var machine = Server.Machine();

        using var answer = await machine.PostAsync(Paths.Token, null);

        Assert.Equal("Origin", Assert.Single(answer.Headers.GetValues("Vary")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static void AssertClosed(HttpResponseMessage answer)
    {
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.False(answer.StatusCode == HttpStatusCode.NoContent);
        answer.Dispose();
    }

    private Task<string> AddSpaAsync(params string[] redirectUris) => AddClientAsync(new ClientMetadata
    {
        RedirectUris = [.. redirectUris], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid", TokenEndpointAuthMethod = "none",
    });

    private async Task<HttpResponseMessage> SendAsync(string path, string method, string origin)
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new FormUrlEncodedContent([new("token", "x"), new("client_id", "nobody")]);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return await machine.SendAsync(request);
    }

    private async Task<HttpResponseMessage> AskBeforehandAsync(string path, string method, string origin)
    {
        using var machine = Server.Machine();
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
        return await machine.SendAsync(request);
    }
}

public sealed class CrossOriginAttacksOnSqlite(SqliteServer server) : CrossOriginAttacks(server), IClassFixture<SqliteServer>;

public sealed class CrossOriginAttacksOnPostgreSql(PostgreSqlServer server) : CrossOriginAttacks(server), IClassFixture<PostgreSqlServer>;
