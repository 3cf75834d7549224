using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Live;

/// <summary>The package at the real server: what people and operators end there, an API here refuses.</summary>
public abstract class LiveTests(TestServer server) : IAsyncLifetime
{
    private TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(server.WhyUnavailable is not null, server.WhyUnavailable ?? "");
        _api = await StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _api?.DisposeAsync() ?? default;
    }

    [Fact]
    public async Task A_service_uses_its_token_until_it_revokes_it()
    {
        var token = await ServiceTokenAsync();
        using (var before = await _api.GetAsync("/detectors", token)) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        using (await server.Machine().PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token)))
        {
        }

        await _api.EventuallyAsync("/detectors", token, HttpStatusCode.Unauthorized);
        using var other = await _api.GetAsync("/detectors", await ServiceTokenAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_person_whose_sessions_are_ended_is_refused_with_every_token_of_theirs()
    {
        var tokens = await (await server.Machine().RedeemAsync(await server.GrantAsync(user: "cleo"))).TokensAsync();
        await _api.EventuallyAsync("/detectors", tokens.AccessToken, HttpStatusCode.OK);
        using (var who = await _api.GetAsync("/whoami", tokens.AccessToken)) Assert.Contains("acr=pwd", await who.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Cleo, "test", null, TestContext.Current.CancellationToken);

        await _api.EventuallyAsync("/detectors", tokens.AccessToken, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_is_open_ends_when_the_service_revokes_its_token_or_a_persons_sessions_are_ended()
    {
        await using var api = await StreamingApi.StartAsync(server.Clock, Trusting);
        var revoked = await ServiceTokenAsync();
        var tokens = await (await server.Machine().RedeemAsync(await server.GrantAsync(user: "cleo"))).TokensAsync();
        using var ofService = await api.OpenAsync("/stream", revoked);
        using var hub = await HubClient.ConnectAsync(api.Address + "/hub", revoked);
        using var ofPerson = await api.OpenAsync("/stream", tokens.AccessToken);
        using var other = await api.OpenAsync("/stream", await ServiceTokenAsync());

        using (await server.Machine().PostAsClientAsync("/connect/revoke", TestData.Service, ("token", revoked)))
        {
        }

        await ofService.BreaksOffAsync();
        await hub.NextAsync(7).WaitAsync(Until.Patience, TestContext.Current.CancellationToken); // closed
        await server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Cleo, "test", null, TestContext.Current.CancellationToken);
        await ofPerson.BreaksOffAsync();
        await other.NextAsync();
    }

    [Fact]
    public async Task A_viewer_may_read_and_not_write_and_an_ID_token_opens_nothing()
    {
        var tokens = await (await server.Machine().RedeemAsync(await server.GrantAsync())).TokensAsync();

        using var read = await _api.GetAsync("/detectors", tokens.AccessToken);
        using var written = await _api.AskAsync(HttpMethod.Post, "/detectors", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken));
        using var strong = await _api.GetAsync("/strong", tokens.AccessToken);
        using var identity = await _api.GetAsync("/detectors", tokens.IdToken);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [read.StatusCode, written.StatusCode, strong.StatusCode, identity.StatusCode]);
        Assert.Contains("acr_values=\"mfa\"", strong.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Challenged.Invalid(identity, "The token is not an access token");
    }

    [Fact]
    public async Task A_key_that_takes_over_at_once_refuses_no_token()
    {
        using (var before = await _api.GetAsync("/detectors", await ServiceTokenAsync())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        for (var rotation = 0; rotation < 2; rotation++)
        {
            await server.Services.GetRequiredService<KeyRotation>().RotateAsync("ES256", immediately: true, Operator.CommandLine.Entry(Pynomaly.Identity.Keys.Log.SigningKeyCreated), TestContext.Current.CancellationToken);
            server.Clock.Move(TimeSpan.FromSeconds(2)); // on PostgreSQL every node publishes it first
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await _api.GetAsync("/detectors", await ServiceTokenAsync())));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        }
    }

    [Fact]
    public async Task An_API_key_opens_the_door_until_it_is_revoked()
    {
        await using var api = await StartAsync(options => options.AcceptApiKeys = true);
        var keys = server.Services.GetRequiredService<Administration.ApiKeys>();
        var made = await keys.CreateAsync(Operator.CommandLine, new NewApiKey(TestData.Service, new ApiKeyDraft { Name = $"key {Guid.NewGuid():N}", Permissions = ["read:detectors"] }), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(api, made.Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(api, $"{made.Key[..69]}{(made.Key[69] == '0' ? '1' : '0')}"));

        await keys.RevokeAsync(Operator.CommandLine, made.Summary.Id, null, TestContext.Current.CancellationToken);

        await Until.TrueAsync(async () => await AskAsync(api, made.Key) == HttpStatusCode.Unauthorized, "the revoked key is refused");
    }

    [Fact]
    public async Task A_token_that_the_server_bound_to_a_key_needs_its_proof_here()
    {
        using var paper = new PaperIssuer();
        paper.Clock.Set(server.Clock.GetUtcNow());
        var key = new ProofKey(paper);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "pynomaly_api"), new("client_id", TestData.Service)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{TestData.Service}:{TestData.Secret}")));
        request.Headers.Add("DPoP", key.Prove("", change: claims =>
        {
            (claims["htm"], claims["htu"]) = ("POST", $"{TestServer.Issuer}/connect/token");
            claims.Remove("ath");
        }));
        using var answer = await server.Machine().SendAsync(request, TestContext.Current.CancellationToken);
        var token = (await answer.TokensAsync()).AccessToken;

        using var bearer = await _api.GetAsync("/detectors", token);
        using var proven = await _api.AskAsync(HttpMethod.Get, "/detectors", ask =>
        {
            ask.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
            ask.Headers.Add("DPoP", key.Prove(token));
        });

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [bearer.StatusCode, proven.StatusCode]);
    }

    [Fact]
    public async Task The_list_comes_signed_and_by_a_question_that_waits()
    {
        using var counted = new Counting(server.Handler());
        await using var api = await StartAsync(options => options.BackchannelHandler = counted);
        await api.EventuallyAsync("/detectors", await ServiceTokenAsync(), HttpStatusCode.OK);

        var since = TimeProvider.System.GetTimestamp();
        await Task.Delay(1500, TestContext.Current.CancellationToken);

        Assert.Equal("application/jwt", counted.ListType);
        Assert.InRange(counted.Lists, 1, 5 + (int)(TimeProvider.System.GetElapsedTime(since) / TimeSpan.FromSeconds(9))); // what was revoked before comes in parts; a question waits for ten seconds
    }

    // An exchange may take ten seconds, which are soon over on a starved machine: it says when to come again.
    private static async Task<HttpStatusCode> AskAsync(TestApi api, string key)
    {
        var status = HttpStatusCode.ServiceUnavailable;
        await Until.TrueAsync(async () =>
        {
            using var answer = await api.GetAsync("/detectors", key, "ApiKey");
            status = answer.StatusCode;
            return status != HttpStatusCode.ServiceUnavailable;
        }, "the key is judged");
        return status;
    }

    private Task<TestApi> StartAsync(Action<PynomalyIdentityOptions>? configure = null) => TestApi.StartAsync(server.Clock, options =>
    {
        Trusting(options);
        configure?.Invoke(options);
    });

    private void Trusting(PynomalyIdentityOptions options)
    {
        (options.Issuer, options.Audience, options.BackchannelHandler) = (TestServer.Issuer, TestData.Audience, new PatientHandler(server.Handler()));
        options.FirstReadTimeout = TimeSpan.FromMinutes(1);
    }

    private async Task<string> ServiceTokenAsync() =>
        (await (await server.Machine().TokenAsync(TestData.Service, ("grant_type", "client_credentials"), ("scope", "pynomaly_api"))).TokensAsync()).AccessToken;

    private sealed class Counting(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int _lists;

        public int Lists => _lists;

        public string? ListType { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath != "/connect/revocations") return await base.SendAsync(request, cancellationToken);
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK) return answer; // a starved node knows nothing fresh for a moment
            Interlocked.Increment(ref _lists);
            ListType = answer.Content.Headers.ContentType?.MediaType;
            return answer;
        }
    }
}

/// <summary>The same over SQLite.</summary>
public sealed class LiveTestsOnSqlite(SqliteServer server) : LiveTests(server), IClassFixture<SqliteServer>;

/// <summary>The same over PostgreSQL.</summary>
public sealed class LiveTestsOnPostgreSql(PostgreSqlServer server) : LiveTests(server), IClassFixture<PostgreSqlServer>;
