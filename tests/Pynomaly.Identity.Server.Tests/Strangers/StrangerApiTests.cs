using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>What every guarded API does with tokens, whoever wrote the guard.</summary>
public abstract class StrangerApiTests(StrangersFixture strangers, StrangerApi api)
{
    protected StrangersFixture Strangers { get; } = strangers;

    protected StrangerApi Api { get; } = api;

    /// <summary>RFC 6750 §3.1: there was nothing wrong, there was nothing; so there is no error code.</summary>
    protected virtual (HttpStatusCode Status, string Error) ForNone => (HttpStatusCode.Unauthorized, "");

    protected virtual (HttpStatusCode Status, string Error) ForBound => (HttpStatusCode.Unauthorized, "error=\"invalid_token\"");

    [Fact]
    public async Task A_token_with_the_permission_is_let_in()
    {
        string token = await Strangers.Tokens.IssueAsync();

        var answer = await Api.CallAsync(token);

        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer}{Environment.NewLine}{Api.Output}");
    }

    [Fact]
    public async Task No_token_is_asked_for_one()
    {
        var (status, challenge) = await Api.CallAsync(null);

        Assert.Equal(ForNone.Status, status);
        Assert.StartsWith("Bearer", challenge, StringComparison.Ordinal);
        Assert.Contains(ForNone.Error, challenge, StringComparison.Ordinal);
        Assert.Equal(ForNone.Error.Length > 0, challenge.Contains("error=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        string[] parts = (await Strangers.Tokens.IssueAsync()).Split('.');

        await RefusedAsync($"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");
    }

    [Fact]
    public async Task A_token_for_another_API_is_refused() => await RefusedAsync(await Strangers.Tokens.IssueAsync(scope: "elsewhere_api"));

    [Fact]
    public async Task What_the_server_signed_and_is_no_access_token_is_refused() => await RefusedAsync(await Strangers.Tokens.IntrospectionAsync());

    [Fact]
    public async Task A_token_bound_to_a_key_is_no_bearer_token() => await RefusedAsync(await Strangers.Tokens.BoundAsync(), ForBound);

    [Fact]
    public async Task An_expired_token_is_refused() => await RefusedAsync(await Strangers.Tokens.ExpiredAsync());

    [Fact]
    public async Task A_token_without_the_permission_is_told_what_it_lacks()
    {
        var (status, challenge) = await Api.CallAsync(await Strangers.Tokens.IssueAsync(), HttpMethod.Post);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string token, (HttpStatusCode Status, string Error)? expected = null)
    {
        var (status, challenge) = await Api.CallAsync(token);

        Assert.Equal(expected?.Status ?? HttpStatusCode.Unauthorized, status);
        Assert.Contains(expected?.Error ?? "error=\"invalid_token\"", challenge, StringComparison.Ordinal);
    }
}
