using System.Net;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.ApiKeys;

/// <summary>API keys in a header are exchanged once and remembered; what does not hold is not asked again and again.</summary>
public sealed class ApiKeyTests : IAsyncLifetime
{
    private const string Key = "pyn_0123456789abcdef_0123456789012345678901234567890123456789012345678";
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer.Exchange = form => form["client_secret"] == Key && form["grant_type"] == "client_credentials"
            ? (HttpStatusCode.OK, new { access_token = _issuer.Sign(claims => (claims["client_id"], claims["iat"]) = ("pyn_0123456789abcdef", _issuer.Now - 1)), token_type = "Bearer", expires_in = 600 })
            : (HttpStatusCode.Unauthorized, new { error = "invalid_client" });
        _api = await TestApi.StartAsync(_issuer, options => (options.AcceptApiKeys, options.ApiKeyHeader) = (true, "X-Api-Key"));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_key_opens_the_door_by_scheme_and_by_header_and_is_exchanged_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => number % 2 == 0 ? _api.GetAsync("/detectors", Key, "ApiKey")
            : _api.AskAsync(HttpMethod.Get, "/detectors", request => request.Headers.Add("X-Api-Key", Key))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, _issuer.Asked("/connect/token"));
    }

    [Fact]
    public async Task A_key_that_does_not_hold_is_refused_and_not_asked_about_for_a_while()
    {
        var wrong = Key.Replace('5', '6');
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var answer = await _api.GetAsync("/detectors", wrong, "ApiKey");
            Challenged.Invalid(answer, "The API key does not hold");
        }

        Assert.Equal(1, _issuer.Asked("/connect/token"));
        _issuer.Clock.Move(TimeSpan.FromSeconds(29));
        using (await _api.GetAsync("/detectors", wrong, "ApiKey")) Assert.Equal(1, _issuer.Asked("/connect/token"));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("pyn_0123456789abcdef")]
    [InlineData("pyn_0123456789abcdef_01234567890123456789012345678901234567890123456789")]
    [InlineData("pyn_0123456789abcdef_012345678901234567890123456789012345678901234567-")]
    public async Task What_has_not_the_form_of_a_key_is_not_asked_about(string text)
    {
        using var answer = await _api.GetAsync("/detectors", text, "ApiKey");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(0, _issuer.Asked("/connect/token"));
    }

    [Fact]
    public async Task JV_12_A_key_that_is_cut_off_lengthened_in_other_letters_or_its_name_alone_opens_nothing()
    {
        var key = Key.Replace("0123456789abcdef_0", "0123456789abcdef_A", StringComparison.Ordinal);
        _issuer.Exchange = form => form["client_secret"] == key
            ? (HttpStatusCode.OK, new { access_token = _issuer.Sign(claims => claims["client_id"] = "pyn_0123456789abcdef") })
            : (HttpStatusCode.Unauthorized, new { error = "invalid_client" });
        using (var good = await _api.GetAsync("/detectors", key, "ApiKey")) Assert.Equal(HttpStatusCode.OK, good.StatusCode); // it is remembered, and nothing like it

        foreach (var other in new[] { key[..^1], key + "0", key.Replace('A', 'a'), key.Replace('b', 'B'), key.Replace("pyn_", "PYN_", StringComparison.Ordinal), "pyn_0123456789abcdef", "pyn_0123456789abcdef_", "pyn_" })
        {
            using var answer = await _api.GetAsync("/detectors", other, "ApiKey");
            Challenged.Invalid(answer, "The API key does not hold");
        }
    }

    [Fact]
    public async Task A_key_that_was_revoked_ends_with_its_cut_off()
    {
        using (var before = await _api.GetAsync("/detectors", Key, "ApiKey")) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        _issuer.Exchange = _ => (HttpStatusCode.Unauthorized, new { error = "invalid_client" });

        _issuer.CutOff("pyn_0123456789abcdef", null, _issuer.Now);

        for (var attempt = 0; ; attempt++)
        {
            using var answer = await _api.GetAsync("/detectors", Key, "ApiKey");
            if (answer.StatusCode == HttpStatusCode.Unauthorized) break;
            Assert.InRange(attempt, 0, 2400);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_key_whose_token_has_expired_is_exchanged_again()
    {
        using (var before = await _api.GetAsync("/detectors", Key, "ApiKey")) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        _issuer.Clock.Move(TimeSpan.FromSeconds(595));
        await _api.EventuallyAsync("/detectors", _issuer.Sign(), HttpStatusCode.OK); // the list is current again

        using var answer = await _api.GetAsync("/detectors", Key, "ApiKey");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, _issuer.Asked("/connect/token"));
    }

    [Fact]
    public async Task A_server_in_trouble_is_no_judgement_of_the_key()
    {
        _issuer.Exchange = _ => (HttpStatusCode.TooManyRequests, new { error = "temporarily_unavailable" });
        using (var answer = await _api.GetAsync("/detectors", Key, "ApiKey"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        _issuer.Exchange = _ => (HttpStatusCode.OK, new { access_token = _issuer.Sign() });
        _issuer.Clock.Move(TimeSpan.FromSeconds(2));
        using var later = await _api.GetAsync("/detectors", Key, "ApiKey");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task A_token_that_cannot_be_judged_yet_is_no_judgement_of_the_key()
    {
        var second = PaperIssuer.NewKey("second");
        _issuer.Exchange = _ => (HttpStatusCode.OK, new { access_token = _issuer.Sign(key: second) });
        using (var early = await _api.GetAsync("/detectors", Key, "ApiKey")) Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);

        _issuer.Published["second"] = second;

        await Until.TrueAsync(async () =>
        {
            using var later = await _api.GetAsync("/detectors", Key, "ApiKey");
            return later.StatusCode == HttpStatusCode.OK;
        }, "the key opens the door"); // the keys are read again two seconds later, of the ten that an exchange may take
    }

    [Fact]
    public async Task A_key_that_grants_nothing_of_this_API_is_not_asked_about_again()
    {
        _issuer.Exchange = _ => (HttpStatusCode.OK, new { access_token = _issuer.Sign(claims => claims["aud"] = "https://another.test") });
        for (var attempt = 0; attempt < 3; attempt++)
            using (var answer = await _api.GetAsync("/detectors", Key, "ApiKey")) Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);

        Assert.Equal(1, _issuer.Asked("/connect/token"));
    }

    [Theory]
    [InlineData("{\"access_token\":null}")]
    [InlineData("{\"access_token\":1}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task An_answer_that_cannot_be_understood_is_no_judgement_of_the_key(string answered)
    {
        _issuer.Exchange = _ => (HttpStatusCode.OK, System.Text.Json.JsonDocument.Parse(answered).RootElement);

        using var answer = await _api.GetAsync("/detectors", Key, "ApiKey");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("connect/token")]
    public async Task A_token_endpoint_that_is_no_address_is_no_judgement_of_the_key(string endpoint)
    {
        using var issuer = new PaperIssuer { TokenEndpoint = endpoint };
        await using var api = await TestApi.StartAsync(issuer, options => (options.AcceptApiKeys, options.FirstReadTimeout) = (true, TimeSpan.FromSeconds(1)));

        using var answer = await api.GetAsync("/detectors", Key, "ApiKey");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_beside_a_token_is_refused()
    {
        using var answer = await _api.AskAsync(HttpMethod.Get, "/detectors", request =>
        {
            request.Headers.Authorization = new("Bearer", _issuer.Sign());
            request.Headers.Add("X-Api-Key", Key);
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Unless_keys_are_asked_for_they_open_nothing()
    {
        await using var api = await TestApi.StartAsync(_issuer);
        using var scheme = await api.GetAsync("/detectors", Key, "ApiKey");
        using var header = await api.AskAsync(HttpMethod.Get, "/detectors", request => request.Headers.Add("X-Api-Key", Key));

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [scheme.StatusCode, header.StatusCode]);
        Assert.Equal(0, _issuer.Asked("/connect/token"));
    }

    [Fact]
    public async Task A_key_that_stands_for_a_bound_token_opens_nothing()
    {
        _issuer.Exchange = _ => (HttpStatusCode.OK, new { access_token = new ProofKey(_issuer).Token() });

        using var answer = await _api.GetAsync("/detectors", Key, "ApiKey");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Keys_and_a_demand_for_bound_tokens_do_not_go_together() =>
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestApi.StartAsync(_issuer, options => (options.AcceptApiKeys, options.RequireSenderConstraint) = (true, true)));

    [Fact]
    public async Task No_key_stands_in_the_log()
    {
        using (await _api.GetAsync("/detectors", Key, "ApiKey"))
        using (await _api.GetAsync("/detectors", Key.Replace('5', '6'), "ApiKey"))
        {
        }

        Assert.DoesNotContain(_api.Logs.Lines, line => line.Contains(Key[21..], StringComparison.Ordinal) || line.Contains(Key.Replace('5', '6')[21..], StringComparison.Ordinal));
    }
}
