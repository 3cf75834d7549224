using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Challenges;

/// <summary>Refusals in the words of RFC 6750 §3, and where a token may stand.</summary>
public sealed class ChallengeTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(_issuer);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task Without_a_token_the_challenge_names_the_schemes_and_no_error()
    {
        using var answer = await _api.GetAsync("/detectors");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            [$"Bearer realm=\"https://api.test\", {Challenged.Metadata}", $"DPoP realm=\"https://api.test\", algs=\"ES256 ES384 PS256 RS256\", {Challenged.Metadata}"],
            answer.Headers.GetValues("WWW-Authenticate"));
    }

    [Fact]
    public async Task Another_scheme_is_nobodys_business_here()
    {
        using var answer = await _api.GetAsync("/detectors", "YTpi", "Basic");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("error=", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_may_be_spelled_in_any_case(string scheme)
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(), scheme);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_in_the_query_is_refused()
    {
        using var answer = await _api.GetAsync($"/detectors?access_token={_issuer.Sign()}");

        Bad(answer, "The access token belongs into the Authorization header");
    }

    [Fact]
    public async Task A_token_in_the_body_is_none()
    {
        using var answer = await _api.AskAsync(HttpMethod.Post, "/detectors", request => request.Content = new FormUrlEncodedContent([new("access_token", _issuer.Sign(claims => claims["permissions"] = new[] { "*:*" }))]));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Two_tokens_are_refused_though_both_be_good()
    {
        var token = _issuer.Sign();
        using var both = await _api.GetAsync($"/detectors?access_token={token}", token);
        using var twice = await _api.AskAsync(HttpMethod.Get, "/detectors", request => request.Headers.TryAddWithoutValidation("Authorization", new[] { $"Bearer {token}", $"Bearer {token}" }));

        Bad(both, "The access token was sent in more than one way");
        Assert.NotEqual(HttpStatusCode.OK, twice.StatusCode);
    }

    [Fact]
    public async Task A_scheme_without_a_token_is_a_bad_request()
    {
        using var answer = await _api.AskAsync(HttpMethod.Get, "/detectors", request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer"));

        Bad(answer, "The Authorization header holds no token");
    }

    [Fact]
    public async Task An_endpoint_for_everybody_does_not_mind_a_bad_token()
    {
        using var answer = await _api.GetAsync("/open", "abc");

        Assert.Equal("nobody", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_metadata_names_server_and_scopes_and_is_open_to_everybody()
    {
        using var answer = await _api.GetAsync("/.well-known/oauth-protected-resource");
        var metadata = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("https://api.test", metadata.GetProperty("resource").GetString());
        Assert.Equal([PaperIssuer.Issuer], metadata.GetProperty("authorization_servers").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(["read:detectors", "write:detectors"], metadata.GetProperty("scopes_supported").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(["header"], metadata.GetProperty("bearer_methods_supported").EnumerateArray().Select(one => one.GetString()!));
    }

    [Fact]
    public async Task A_resource_with_a_path_has_its_metadata_under_that_path()
    {
        using var issuer = new PaperIssuer();
        await using var api = await TestApi.StartAsync(issuer, options => (options.Resource, options.Realm) = ("https://example.org/lab", "lab"));

        using var answer = await api.GetAsync("/detectors");
        using var metadata = await api.GetAsync("/.well-known/oauth-protected-resource/lab");

        Assert.Equal("Bearer realm=\"lab\", resource_metadata=\"https://example.org/.well-known/oauth-protected-resource/lab\"", answer.Headers.GetValues("WWW-Authenticate").First());
        Assert.Equal(HttpStatusCode.OK, metadata.StatusCode);
    }

    [Theory]
    [InlineData("http://id.example.org", "https://api.test", "Issuer must be")]
    [InlineData("", "https://api.test", "Issuer must be")]
    [InlineData("https://id.example.org", "", "Audience must be")]
    [InlineData("https://id.example.org", "detectors", "Resource must be")]
    public async Task A_bad_setting_stops_the_start_with_key_kind_and_remedy(string issuer, string audience, string sentence)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.StartAsync(TimeProvider.System, options => (options.Issuer, options.Audience) = (issuer, audience)));

        Assert.Contains($"Authentication:Schemes:PynomalyIdentity:{sentence}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Write for example", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("L\u00e4bor", "https://api.test")]
    [InlineData("a\r\nb", "https://api.test")]
    [InlineData("a\"b", "https://api.test")]
    [InlineData(null, "d\u00e9tecteurs")]
    [InlineData(null, "a\"b")]
    public async Task A_realm_that_cannot_stand_in_a_challenge_stops_the_start(string? realm, string audience)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.StartAsync(_issuer, options => (options.Realm, options.Audience, options.Resource) = (realm, audience, "https://api.test")));

        Assert.Contains("Authentication:Schemes:PynomalyIdentity:Realm must be", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://l\u00e4bor.test:8443/api", "https://xn--lbor-loa.test:8443/.well-known/oauth-protected-resource/api")]
    [InlineData("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443/.well-known/oauth-protected-resource")]
    [InlineData("https://api.test/", "https://api.test/.well-known/oauth-protected-resource")]
    public async Task The_address_of_the_metadata_can_stand_in_a_challenge(string resource, string address)
    {
        await using var api = await TestApi.StartAsync(_issuer, options => options.Resource = resource);

        using var answer = await api.GetAsync("/detectors");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.EndsWith($"resource_metadata=\"{address}\"", answer.Headers.GetValues("WWW-Authenticate").First(), StringComparison.Ordinal);
    }

    private static void Bad(HttpResponseMessage answer, string description)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal($"Bearer realm=\"https://api.test\", error=\"invalid_request\", error_description=\"{description}\", {Challenged.Metadata}", answer.Headers.GetValues("WWW-Authenticate").Single());
    }
}
