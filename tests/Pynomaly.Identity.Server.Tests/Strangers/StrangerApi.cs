using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>An API that others' software guards, as its sample says, in a process of its own; it trusts the server that all strangers meet.</summary>
public abstract class StrangerApi(StrangersFixture strangers) : IAsyncLifetime
{
    private readonly HttpClient _http = new(new PatientHandler(new SocketsHttpHandler())) { BaseAddress = new Uri($"http://127.0.0.1:{Ports.Free()}") };
    private ChildProcess? _process;
    private string? _missing;

    /// <summary>Where it listens.</summary>
    public Uri Address => _http.BaseAddress!;

    internal virtual string Output => _process?.Output ?? "";

    protected StrangersFixture Strangers { get; } = strangers;

    /// <summary>What it takes in its environment: the two words that every sample takes.</summary>
    protected Dictionary<string, string> Settings => new() { ["ISSUER"] = Strangers.Issuer, ["AUDIENCE"] = StrangersFixture.Audience };

    public async ValueTask InitializeAsync()
    {
        _missing = await WhyMissingAsync();
        if (_missing is null) _process = await StartAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Terminate(); // what started children ends them
            await Task.WhenAny(_process.EndAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
            await _process.DisposeAsync();
        }

        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks for the detectors; a token is sent where there is one.</summary>
    internal async Task<(HttpStatusCode Status, string Challenge)> CallAsync(string? token, HttpMethod? method = null)
    {
        Assert.SkipWhen(_missing is not null && !Command.InContinuousIntegration, _missing ?? "");
        if (_missing is not null) Assert.Fail(_missing);
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/detectors");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>What is not installed, in a sentence; null where all is.</summary>
    protected abstract Task<string?> WhyMissingAsync();

    /// <summary>Starts it and waits until it answers.</summary>
    private protected abstract Task<ChildProcess> StartAsync();
}
