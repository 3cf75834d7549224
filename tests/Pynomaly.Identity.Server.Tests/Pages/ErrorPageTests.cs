using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Refusals and failures that a person sees.</summary>
public sealed class ErrorPageTests(PageServer server)
{
    [Fact]
    public async Task An_unproven_redirect_uri_ends_on_the_error_page_with_nothing_of_the_request_in_it()
    {
        await using var visit = await server.OpenAsync("/signin");

        var answer = await visit.GoAsync($"/connect/authorize?client_id={PageServer.Trusted}&response_type=code&redirect_uri=https%3A%2F%2Fevil.test%2F%3Cb%3E");

        Assert.Equal(400, answer.Status);
        Assert.Equal("error", await visit.NameAsync());
        Assert.Equal("invalid_request", await visit.Page.InnerTextAsync("#error-code"));
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#error-description"));
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#correlation-id"));
        Assert.DoesNotContain("evil.test", await visit.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_page_says_nothing_that_its_address_says()
    {
        await using var visit = await server.OpenAsync("/error?error=access_denied&error_description=Call-0900-now");

        Assert.DoesNotContain("Call-0900", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("access_denied", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere", 404)]
    [InlineData("/status/403", 403)]
    [InlineData("/status/429", 429)]
    [InlineData("/status/500", 500)]
    [InlineData("/status/503", 503)]
    [InlineData("/status/200", 400)]
    public async Task A_status_has_a_page_in_the_same_clothes(string path, int status)
    {
        await using var visit = await server.OpenAsync("/signin");

        var answer = await visit.GoAsync(path);

        Assert.Equal(status, answer.Status);
        Assert.Equal("error", await visit.NameAsync());
        Assert.Equal($"{status}", await visit.Page.InnerTextAsync("#error-code"));
        Assert.Equal(1, await visit.Page.Locator("h1").CountAsync());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/signin")]
    [InlineData("/nowhere")]
    [InlineData("/error")]
    [InlineData("/signed-out")]
    public async Task Every_page_forbids_inline_code_framing_and_keeping(string path)
    {
        await using var visit = await server.OpenAsync("/signin");

        var headers = await (await visit.GoAsync(path)).AllHeadersAsync();

        var policy = headers["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("no-store", headers["cache-control"], StringComparison.Ordinal);
        Assert.Equal("nosniff", headers["x-content-type-options"]);
        Assert.Equal("no-referrer", headers["referrer-policy"]);
    }

    [Fact]
    public async Task Assets_are_kept_for_a_year_under_the_address_of_their_content()
    {
        await using var visit = await server.OpenAsync("/signin");
        var address = await visit.Page.GetAttributeAsync("link[rel=stylesheet]", "href");

        var current = await visit.Page.APIRequest.GetAsync(address!);
        var stale = await visit.Page.APIRequest.GetAsync("/assets/000000000000/css/tokens.css");

        Assert.Contains("immutable", current.Headers["cache-control"], StringComparison.Ordinal);
        Assert.Equal("text/css; charset=utf-8", current.Headers["content-type"]);
        Assert.Equal("no-cache", stale.Headers["cache-control"]);
        Assert.Equal(await current.TextAsync(), await stale.TextAsync());
    }
}
