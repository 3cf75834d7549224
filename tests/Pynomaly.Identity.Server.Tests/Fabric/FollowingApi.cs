using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Server.Tests.Faults;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>The sample API as a process that reaches the issuer through one wire only: its proxy, which leads to one node. So two APIs of one issuer follow different nodes.</summary>
internal sealed class FollowingApi : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Relay _wire;
    private ChildProcess? _process;

    private FollowingApi(KilledServer node) => _wire = new Relay(node.Port);

    public Relay Wire => _wire;

    public string Output => _process!.Output;

    /// <summary>Starts it on the package's own settings, or on these besides.</summary>
    public static async Task<FollowingApi> StartAsync(KilledServer node, Relay? wire = null, params (string Name, string Value)[] settings)
    {
        var api = new FollowingApi(node);
        var address = new Uri($"http://localhost:{Ports.Free()}");
        var environment = settings.ToDictionary(setting => $"Authentication__Schemes__PynomalyIdentity__{setting.Name}", setting => setting.Value);
        environment["http_proxy"] = $"http://127.0.0.1:{(wire ?? api._wire).Port}";
        environment["no_proxy"] = "";
        try
        {
            api._process = await ChildProcess.StartAsync(Checkout.Program("samples/DetectorsApi"), address, environment, $"--Urls={address}", $"--Authority={node.Issuer}");
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }

        api._http.BaseAddress = address;
        return api;
    }

    /// <summary>What it answers to a request with the token.</summary>
    public async Task<HttpStatusCode> AskAsync(string token) => (await AskWholeAsync(token)).Status;

    /// <summary>The same from one that does what Retry-After says: on a starved machine an API may know for a moment that its list is too old, and judges nobody.</summary>
    public async Task<HttpStatusCode> JudgeAsync(string token)
    {
        var status = HttpStatusCode.ServiceUnavailable;
        await Until.TrueAsync(async () => (status = await AskAsync(token)) != HttpStatusCode.ServiceUnavailable, "the API judges the token");
        return status;
    }

    /// <summary>What it answers, with Retry-After.</summary>
    public async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> AskWholeAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "detectors") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>What its health endpoint says.</summary>
    public async Task<string> HealthAsync()
    {
        using var answer = await _http.GetAsync("health");
        return await answer.Content.ReadAsStringAsync();
    }

    public Task EventuallyAsync(string token, HttpStatusCode expected) => Until.TrueAsync(async () => await AskAsync(token) == expected, $"the API answers {(int)expected}");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        await _wire.DisposeAsync();
        _http.Dispose();
    }
}
