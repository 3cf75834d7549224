using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Ending;

/// <summary>A request that asked for it is aborted with the token that it was begun with, and no other is.</summary>
public sealed class EndWithTokenTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private StreamingApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await StreamingApi.StartAsync(_issuer);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Theory]
    [InlineData("/stream", "nightly")]
    [InlineData("/stream", "replaced")] // by an identity that knows of no token
    [InlineData("/both", "nightly")]
    [InlineData("/controller/stream", "nightly")]
    public async Task An_open_answer_ends_when_its_token_is_revoked_and_others_go_on(string path, string caller)
    {
        var (token, jti) = Revocable(caller);
        using var ended = await _api.OpenAsync($"{path}?who=ended", token);
        using var other = await _api.OpenAsync(path, _issuer.Sign());
        using var unasked = await _api.OpenAsync("/unasked", token);

        _issuer.Revoke(jti);

        await ended.BreaksOffAsync();
        await Until.TrueAsync(() => Task.FromResult(_api.Aborted.ContainsKey("ended")), "RequestAborted has fired");
        await GoesOnAsync(other);
        await GoesOnAsync(unasked);
        Assert.Equal(1, _api.Open.Count);
        Assert.Equal(HttpStatusCode.Unauthorized, await _api.AskAsync(path, token));
    }

    [Theory]
    [InlineData("client")]
    [InlineData("key")]
    public async Task An_open_answer_ends_by_a_cut_off_of_its_client_or_its_key(string by)
    {
        _issuer.Published["second"] = PaperIssuer.NewKey("second");
        string Token(string client, SecurityKey key) => _issuer.Sign(claims => (claims["client_id"], claims["iat"]) = (client, _issuer.Now - 1), key: key);
        using var ended = await _api.OpenAsync("/stream", Token("cut", _issuer.Key));
        using var other = await _api.OpenAsync("/stream", Token("another", _issuer.Published["second"]));

        if (by == "client") _issuer.CutOff("cut", null, _issuer.Now);
        else _issuer.CutOff(null, "first", _issuer.Now);

        await ended.BreaksOffAsync();
        await GoesOnAsync(other);
    }

    [Fact]
    public async Task An_open_answer_ends_when_its_token_expires()
    {
        using var ended = await _api.OpenAsync("/stream", _issuer.Sign(claims => claims["exp"] = _issuer.Now + 5));
        using var other = await _api.OpenAsync("/stream", _issuer.Sign());

        _issuer.Clock.Move(TimeSpan.FromSeconds(16)); // ten are for clocks; the list is young enough

        await ended.BreaksOffAsync();
        await GoesOnAsync(other);
    }

    [Theory]
    [InlineData(StaleListBehavior.Refuse)]
    [InlineData(StaleListBehavior.Accept)]
    public async Task When_the_list_is_too_old_open_answers_fare_as_new_requests_do(StaleListBehavior behavior)
    {
        await using var api = await StreamingApi.StartAsync(_issuer, options => (options.WhenListIsStale, options.MaximumListAge) = (behavior, TimeSpan.FromSeconds(30)));
        using var open = await api.OpenAsync("/stream", _issuer.Sign());
        using var expiring = await api.OpenAsync("/stream", _issuer.Sign(claims => claims["exp"] = _issuer.Now + 5));

        _issuer.IsDown = true;
        _issuer.Clock.Move(TimeSpan.FromSeconds(31));

        await expiring.BreaksOffAsync(); // they were looked at
        if (behavior == StaleListBehavior.Refuse) await open.BreaksOffAsync();
        else await GoesOnAsync(open);
        Assert.Equal(behavior == StaleListBehavior.Refuse ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, await api.AskAsync("/known", _issuer.Sign()));
    }

    [Fact]
    public async Task Without_a_list_to_follow_an_open_answer_still_ends_when_its_token_expires()
    {
        await using var api = await StreamingApi.StartAsync(_issuer, options => options.FollowRevocations = false);
        using var ended = await api.OpenAsync("/stream", _issuer.Sign(claims => claims["exp"] = _issuer.Now + 5));
        using var other = await api.OpenAsync("/stream", _issuer.Sign());

        _issuer.Clock.Move(TimeSpan.FromSeconds(16));

        await ended.BreaksOffAsync();
        await GoesOnAsync(other);
    }

    [Fact]
    public async Task On_an_HTTP_2_connection_only_the_stream_of_the_revoked_token_ends()
    {
        await using var api = await StreamingApi.StartAsync(_issuer, protocols: HttpProtocols.Http2);
        using var connection = new HttpMessageInvoker(new SocketsHttpHandler());
        static void AsHttp2(HttpRequestMessage request) => (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var (token, jti) = Revocable();
        using var ended = await api.OpenAsync("/stream", token, connection, AsHttp2);
        using var other = await api.OpenAsync("/stream", _issuer.Sign(), connection, AsHttp2);
        Assert.Equal(ended.ConnectionId, other.ConnectionId);

        _issuer.Revoke(jti);

        await ended.BreaksOffAsync();
        await GoesOnAsync(other);
    }

    [Fact]
    public async Task A_request_that_is_over_is_not_held_so_that_the_next_of_its_connection_goes_on()
    {
        var (token, jti) = Revocable();
        using var connection = new HttpMessageInvoker(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        string first;
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"{_api.Address}/short") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } })
        using (var answer = await connection.SendAsync(request, TestContext.Current.CancellationToken))
            first = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var next = await _api.OpenAsync("/stream", _issuer.Sign(), connection);
        using var ended = await _api.OpenAsync("/stream", token);
        Assert.Equal(first, next.ConnectionId);

        _issuer.Revoke(jti);

        await ended.BreaksOffAsync();
        await GoesOnAsync(next);
        Assert.Equal([new("revoked", 1)], _api.Open.Ended);
    }

    [Fact]
    public async Task Nothing_is_held_of_requests_that_have_ended_however_they_did_and_of_those_that_did_not_ask()
    {
        var token = _issuer.Sign();
        Assert.Equal(HttpStatusCode.OK, await _api.AskAsync("/known", token));
        Assert.Equal(HttpStatusCode.OK, await _api.AskAsync("/short", token));
        Assert.Equal(HttpStatusCode.Unauthorized, await _api.AskAsync("/stream", null)); // it asks for a caller
        Assert.Equal(HttpStatusCode.Forbidden, await _api.AskAsync("/both", _issuer.Sign(claims => claims["permissions"] = Array.Empty<string>())));
        await Assert.ThrowsAsync<HttpRequestException>(() => FailingAsync(token));
        using (await _api.OpenAsync("/stream", token)) await Until.TrueAsync(() => Task.FromResult(_api.Open.Count == 1), "only what is open is held");

        await Until.TrueAsync(() => Task.FromResult(_api.Open.Count == 0), "what the client has left is not held");
    }

    [Fact]
    public async Task A_download_ends_though_its_client_does_not_read()
    {
        var (token, jti) = Revocable();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var download = await http.GetAsync(new Uri($"{_api.Address}/download?who=slow"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, download.StatusCode);

        _issuer.Revoke(jti);

        await Until.TrueAsync(() => Task.FromResult(_api.Aborted.ContainsKey("slow")), "RequestAborted has fired");
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await download.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_WebSocket_ends_when_its_token_is_revoked()
    {
        var (token, jti) = Revocable();
        using ClientWebSocket ended = await ConnectAsync(token), other = await ConnectAsync(_issuer.Sign());
        Assert.Equal("hello", await EchoAsync(ended));

        _issuer.Revoke(jti);

        await Assert.ThrowsAsync<WebSocketException>(() => ended.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken).WaitAsync(Until.Patience, TestContext.Current.CancellationToken));
        Assert.Equal("hello", await EchoAsync(other));
    }

    [Fact]
    public async Task What_was_opened_with_an_API_key_ends_with_the_key()
    {
        var exchanged = _issuer.Sign(claims => (claims["client_id"], claims["iat"]) = ("key", _issuer.Now - 1));
        _issuer.Exchange = _ => (HttpStatusCode.OK, new { access_token = exchanged, token_type = "Bearer", expires_in = 600 });
        await using var api = await StreamingApi.StartAsync(_issuer, options => options.AcceptApiKeys = true);
        using var ended = await api.OpenAsync("/stream", $"pyn_{new string('a', 16)}_{new string('b', 49)}", with: request => request.Headers.Authorization = new("ApiKey", request.Headers.Authorization!.Parameter));

        _issuer.CutOff("key", null, _issuer.Now);

        await ended.BreaksOffAsync();
    }

    [Fact]
    public async Task What_was_opened_with_a_bound_token_and_its_proof_ends_with_the_token()
    {
        var key = new ProofKey(_issuer);
        var jti = NewJti();
        var token = _issuer.Sign(claims => (claims["jti"], claims["cnf"]) = (jti, new { jkt = key.Thumbprint }));
        using var ended = await _api.OpenAsync("/stream", token, with: request =>
        {
            request.Headers.Authorization = new("DPoP", token);
            request.Headers.Add("DPoP", key.Prove(token, "/stream"));
        });

        _issuer.Revoke(jti);

        await ended.BreaksOffAsync();
    }

    [Fact]
    public async Task An_operator_sees_how_many_are_open_and_how_many_were_ended_and_why()
    {
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        var meters = _api.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == PynomalyIdentityDefaults.MeterName && instrument.Meter.Scope == meters) to.EnableMeasurementEvents(instrument);
        };
        void See(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen[$"{instrument.Name} {tags.ToArray().FirstOrDefault(tag => tag.Key == "reason").Value}".Trim()] = value;
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => See(instrument, value, tags));
        listener.Start();
        var (token, jti) = Revocable();
        using OpenStream ended = await _api.OpenAsync("/stream", token), other = await _api.OpenAsync("/stream", _issuer.Sign());

        _issuer.Revoke(jti);
        await Until.TrueAsync(() =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(seen.ContainsKey("pynomaly.resource_server.ended revoked"));
        }, "it was counted");

        Assert.Equal(1, seen["pynomaly.resource_server.ended revoked"]);
        Assert.Equal(1, seen["pynomaly.resource_server.open"]);
    }

    private static async Task GoesOnAsync(OpenStream stream)
    {
        for (var i = 0; i < 10; i++) await stream.NextAsync();
    }

    private static string NewJti() => Base64UrlEncoder.Encode(Guid.NewGuid().ToByteArray());

    private static async Task<string> EchoAsync(ClientWebSocket socket)
    {
        var buffer = new byte[16];
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken)).Count);
    }

    private (string Token, string Jti) Revocable(string caller = "nightly")
    {
        var jti = NewJti();
        return (_issuer.Sign(claims => (claims["jti"], claims["sub"]) = (jti, caller)), jti);
    }

    private async Task FailingAsync(string token)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_api.Address}/failing") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<ClientWebSocket> ConnectAsync(string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new Uri($"{_api.Address.Replace("http:", "ws:", StringComparison.Ordinal)}/socket"), TestContext.Current.CancellationToken);
        return socket;
    }
}
