using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>What the world sees of the keys. Attack JV-14.</summary>
public sealed class JsonWebKeySetEndpointTests
{
    [Fact]
    public async Task The_set_holds_public_members_only_each_with_a_kid_of_its_own()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        await node.Rotation.RotateAsync(null, immediately: false, AuditEntry.By("cli"), CancellationToken.None);

        var (_, body) = await GetAsync(node);

        using var set = JsonDocument.Parse(body);
        var keys = set.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(4, keys.Count);
        Assert.Equal(4, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        Assert.All(keys, key => Assert.Equal("sig", key.GetProperty("use").GetString()));
        Assert.Empty(keys.SelectMany(key => key.EnumerateObject()).Select(member => member.Name).Except(["kty", "use", "alg", "kid", "crv", "x", "y", "n", "e"]));
    }

    [Fact]
    public async Task It_may_be_cached_for_less_than_the_lead_and_read_from_any_origin()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database, settings: o => o with { Lifetimes = o.Lifetimes with { SigningKeyLead = TimeSpan.FromMinutes(2) } });

        var (response, body) = await GetAsync(node);

        Assert.Equal("public, max-age=60", response.Headers.CacheControl);
        Assert.Equal("*", response.Headers.AccessControlAllowOrigin);
        Assert.Equal("application/json", response.ContentType);
        Assert.Equal(body.Length, response.ContentLength);
    }

    [Theory]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("", 200)]
    public async Task Who_has_the_set_is_not_sent_it_again(string header, int status)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var tag = node.Ring.View().EntityTag;

        var (response, body) = await GetAsync(node, header.Replace("{0}", tag, StringComparison.Ordinal));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 304, body.Length == 0);
        Assert.Equal(tag, response.Headers.ETag);
    }

    [Fact]
    public async Task The_tag_changes_with_the_set()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var before = node.Ring.View().EntityTag;

        await node.Rotation.RotateAsync("ES256", immediately: false, AuditEntry.By("cli"), CancellationToken.None);

        Assert.NotEqual(before, node.Ring.View().EntityTag);
    }

    private static async Task<(HttpResponse Response, string Body)> GetAsync(KeysNode node, string ifNoneMatch = "")
    {
        var context = new DefaultHttpContext { Request = { Method = "GET" } };
        if (ifNoneMatch.Length > 0) context.Request.Headers.IfNoneMatch = ifNoneMatch;
        using var body = new MemoryStream();
        context.Response.Body = body;
        await new JsonWebKeySetEndpoint(node.Ring, node.Options).HandleAsync(context);
        await context.Response.CompleteAsync();
        return (context.Response, Encoding.UTF8.GetString(body.ToArray()));
    }
}
