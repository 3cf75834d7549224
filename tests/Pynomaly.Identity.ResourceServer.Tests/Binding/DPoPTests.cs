using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>Tokens bound to a key are of no use without a proof for this request. RFC 9449 §7, §11; the case JV-10.</summary>
public sealed class DPoPTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;
    private ProofKey _key = null!;

    public async ValueTask InitializeAsync() => (_api, _key) = (await TestApi.StartAsync(_issuer), new ProofKey(_issuer));

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_bound_token_with_a_proof_for_this_request_opens_the_door()
    {
        var token = _key.Token();
        using var answer = await AskAsync(_api, token, _key.Prove(token));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_query_does_not_count_in_a_proof()
    {
        var token = _key.Token();
        using var answer = await AskAsync(_api, token, _key.Prove(token), "/detectors?page=2");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task JV_10_A_bound_token_is_no_bearer_token()
    {
        using var answer = await _api.GetAsync("/detectors", _key.Token());

        Refused(answer, "invalid_token", "The access token is bound to a key and needs a DPoP proof");
    }

    [Fact]
    public async Task JV_10_A_token_that_is_bound_to_nothing_is_not_presented_by_DPoP()
    {
        var token = _issuer.Sign();
        using var answer = await AskAsync(_api, token, _key.Prove(token));

        Refused(answer, "invalid_token", "The access token is not bound to a key");
    }

    [Fact]
    public async Task JV_10_A_proof_with_another_key_is_refused()
    {
        var token = _key.Token();
        using var answer = await AskAsync(_api, token, new ProofKey(_issuer).Prove(token));

        Refused(answer, "invalid_token", "The access token is bound to another key");
    }

    [Fact]
    public async Task JV_10_A_proof_is_accepted_once_of_fifty_times()
    {
        var token = _key.Token();
        var proof = _key.Prove(token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskAsync(_api, token, proof)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Refused(answers.First(answer => answer.StatusCode != HttpStatusCode.OK), "invalid_dpop_proof", "The proof was used before");
    }

    [Theory]
    [InlineData("htm", "POST")]
    [InlineData("htu", "https://other.test/detectors")]
    [InlineData("htu", "https://api.test/other")]
    [InlineData("htu", "http://api.test/detectors")]
    [InlineData("ath", "AAAA")]
    [InlineData("ath", null)]
    [InlineData("jti", "")]
    [InlineData("iat", -600)]
    [InlineData("iat", -71)]
    [InlineData("iat", 11)]
    [InlineData("iat", 600)]
    public async Task JV_10_A_proof_for_another_request_token_or_time_is_refused(string claim, object? value)
    {
        var token = _key.Token();
        using var answer = await AskAsync(_api, token, _key.Prove(token, change: claims =>
        {
            if (value is null) claims.Remove(claim);
            else claims[claim] = value is int seconds ? _issuer.Now + seconds : value;
        }));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("DPoP realm=\"https://api.test\", error=\"invalid_dpop_proof\"", answer.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JV_10_A_proof_of_another_kind_with_a_private_key_or_twice_is_refused()
    {
        var token = _key.Token();
        using var kind = await AskAsync(_api, token, _key.Prove(token, type: "JWT"));
        using var key = await AskAsync(_api, token, _key.Prove(token, isPrivate: true));
        using var none = await AskAsync(_api, token, null);
        using var twice = await _api.AskAsync(HttpMethod.Get, "/detectors", request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
            request.Headers.Add("DPoP", [_key.Prove(token), _key.Prove(token)]);
        });

        Assert.All(new[] { kind, key, none, twice }, answer => Assert.Contains("error=\"invalid_dpop_proof\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_a_nonce_is_demanded_the_client_is_given_one_and_comes_again()
    {
        await using var api = await TestApi.StartAsync(_issuer, options => options.RequireDPoPNonce = true);
        var token = _key.Token();

        using var first = await AskAsync(api, token, _key.Prove(token));
        var nonce = first.Headers.GetValues("DPoP-Nonce").Single();
        using var second = await AskAsync(api, token, _key.Prove(token, change: claims => claims["nonce"] = nonce));
        using var madeUp = await AskAsync(api, token, _key.Prove(token, change: claims => claims["nonce"] = "made-up"));

        Refused(first, "use_dpop_nonce", "A nonce of this API is required in the DPoP proof");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Refused(madeUp, "use_dpop_nonce", "A nonce of this API is required in the DPoP proof");
    }

    [Fact]
    public async Task A_nonce_grows_old_and_the_next_one_comes_with_the_answer()
    {
        await using var api = await TestApi.StartAsync(_issuer, options => (options.RequireDPoPNonce, options.FollowRevocations) = (true, false));
        var token = _key.Token();
        using var first = await AskAsync(api, token, _key.Prove(token));
        var nonce = first.Headers.GetValues("DPoP-Nonce").Single();
        string Proof() => _key.Prove(token, change: claims => claims["nonce"] = nonce);

        _issuer.Clock.Move(TimeSpan.FromMinutes(3));
        using var later = await AskAsync(api, token, Proof());
        _issuer.Clock.Move(TimeSpan.FromMinutes(3));
        using var tooLate = await AskAsync(api, token, Proof());

        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.NotEqual(nonce, later.Headers.GetValues("DPoP-Nonce").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, tooLate.StatusCode);
    }

    [Fact]
    public async Task An_API_may_refuse_tokens_that_are_bound_to_nothing()
    {
        await using var api = await TestApi.StartAsync(_issuer, options => options.RequireSenderConstraint = true);
        var token = _key.Token();

        using var unbound = await api.GetAsync("/detectors", _issuer.Sign());
        using var bound = await AskAsync(api, token, _key.Prove(token));
        using var nobody = await api.GetAsync("/detectors");

        Refused(unbound, "invalid_token", "The access token is not bound to a key");
        Assert.Equal(HttpStatusCode.OK, bound.StatusCode);
        Assert.StartsWith("DPoP ", nobody.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> AskAsync(TestApi api, string token, string? proof, string path = "/detectors") => api.AskAsync(HttpMethod.Get, path, request =>
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        if (proof is not null) request.Headers.Add("DPoP", proof);
    });

    private static void Refused(HttpResponseMessage answer, string error, string description)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal($"DPoP realm=\"https://api.test\", error=\"{error}\", error_description=\"{description}\", algs=\"ES256 ES384 PS256 RS256\", {Challenged.Metadata}", answer.Headers.GetValues("WWW-Authenticate").Single());
    }
}
