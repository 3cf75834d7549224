using System.Net;
using System.Text.Json;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Requirements;

/// <summary>Endpoints ask for permissions, and a refusal says which. RFC 6750 §3.1, RFC 9470.</summary>
public sealed class PermissionTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(_issuer);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [InlineData("read:detectors", true)]
    [InlineData("read:*", true)]
    [InlineData("*:detectors", true)]
    [InlineData("*:*", true)]
    [InlineData("read:detectors2", false)]
    [InlineData("READ:DETECTORS", false)]
    [InlineData("write:*", false)]
    [InlineData("*", false)]
    [InlineData("read:det*", false)]
    [InlineData("read:detectors ", false)]
    [InlineData("read:detectors:*", false)]
    public async Task A_permission_is_granted_whole_or_by_a_wildcard_of_a_whole_segment(string granted, bool opens)
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(claims => claims["permissions"] = new[] { granted }));

        Assert.Equal(opens ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task JV_04_A_permission_that_is_missing_is_named_as_the_scope_to_ask_for()
    {
        using var answer = await PostAsync("/detectors", _issuer.Sign());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal($"Bearer realm=\"https://api.test\", error=\"insufficient_scope\", scope=\"write:detectors\", error_description=\"The access token does not allow this\", {Challenged.Metadata}",
            answer.Headers.GetValues("WWW-Authenticate").Single());
    }

    [Fact]
    public async Task Without_any_permission_in_the_token_nothing_is_allowed()
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(claims => claims.Remove("permissions")));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("/both", "read:detectors write:detectors")]
    [InlineData("/policy", "write:detectors")]
    [InlineData("/imperative", "write:detectors")]
    public async Task Several_permissions_policies_and_questions_in_code_are_named_alike(string path, string scope)
    {
        using var answer = await _api.GetAsync(path, _issuer.Sign());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains($"scope=\"{scope}\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        using var allowed = await _api.GetAsync(path, _issuer.Sign(claims => claims["permissions"] = new[] { "read:detectors", "write:*" }));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Controllers_ask_by_attribute_and_an_action_asks_for_more()
    {
        var token = _issuer.Sign();
        using var read = await _api.GetAsync("/controller", token);
        using var written = await _api.AskAsync(HttpMethod.Put, "/controller", request => request.Headers.Authorization = new("Bearer", token));
        using var nobody = await _api.GetAsync("/controller");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized], [read.StatusCode, written.StatusCode, nobody.StatusCode]);
        Assert.Contains("scope=\"write:detectors\"", written.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_application_adds_to_a_caller_does_not_stay_with_the_token()
    {
        var token = _issuer.Sign();
        for (var use = 0; use < 5; use++) // it is remembered
        {
            using var stretched = await _api.GetAsync("/stretched", token);
            Assert.Equal(HttpStatusCode.OK, stretched.StatusCode);
        }

        using var answer = await PostAsync("/detectors", token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_caller_has_a_name_roles_and_every_claim_under_its_own_name()
    {
        using var answer = await _api.GetAsync("/whoami", _issuer.Sign(claims => claims["permissions"] = new[] { "read:detectors", "read:results" }));
        var caller = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal("nightly", caller.GetProperty("name").GetString());
        Assert.True(caller.GetProperty("viewer").GetBoolean());
        var claims = caller.GetProperty("claims").EnumerateArray().Select(claim => claim.GetString()!).ToArray();
        Assert.Superset(new HashSet<string>(["sub=nightly", "client_id=nightly", "scope=pynomaly_api", "permissions=read:detectors", "permissions=read:results", "roles=viewer"]), claims.ToHashSet());
    }

    [Theory]
    [InlineData(299, HttpStatusCode.OK)]
    [InlineData(301, HttpStatusCode.Unauthorized)]
    public async Task A_sign_in_that_is_too_long_ago_is_asked_for_again(int seconds, HttpStatusCode expected)
    {
        using var answer = await _api.GetAsync("/fresh", _issuer.Sign(claims => claims["auth_time"] = _issuer.Now - seconds));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Unauthorized)
            Assert.Equal($"Bearer realm=\"https://api.test\", error=\"insufficient_user_authentication\", error_description=\"A more recent sign-in is required\", max_age=\"300\", {Challenged.Metadata}",
                answer.Headers.GetValues("WWW-Authenticate").Single());
    }

    [Theory]
    [InlineData("mfa", HttpStatusCode.OK)]
    [InlineData("phr", HttpStatusCode.OK)]
    [InlineData("pwd", HttpStatusCode.Unauthorized)]
    [InlineData("MFA", HttpStatusCode.Unauthorized)]
    public async Task A_sign_in_that_is_too_weak_is_told_which_would_do(string acr, HttpStatusCode expected)
    {
        using var answer = await _api.GetAsync("/strong", _issuer.Sign(claims => claims["acr"] = acr));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Unauthorized) Assert.Contains("error=\"insufficient_user_authentication\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        if (expected == HttpStatusCode.Unauthorized) Assert.Contains("acr_values=\"mfa\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/fresh")]
    [InlineData("/strong")]
    public async Task A_service_has_never_signed_in(string path)
    {
        using var answer = await _api.GetAsync(path, _issuer.Sign());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("read:*")]
    [InlineData("read")]
    [InlineData("")]
    [InlineData("read:detectors ")]
    public void What_no_endpoint_can_ask_for_stops_the_start(string permission) => Assert.Throws<ArgumentException>(() => new RequirePermissionAttribute(permission));

    private Task<HttpResponseMessage> PostAsync(string path, string token) => _api.AskAsync(HttpMethod.Post, path, request => request.Headers.Authorization = new("Bearer", token));
}
