using System.Net;
using System.Net.Http.Headers;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>The sample API as a process, trusting an issuer that these tests command.</summary>
public sealed class DetectorsApiFixture : IAsyncLifetime
{
    private readonly HttpClient _http = new(new PatientHandler(new SocketsHttpHandler()));
    private ChildProcess? _api;
    private PaperIssuer? _issuer;

    internal PaperIssuer Issuer => _issuer!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await PaperIssuer.StartAsync(publishesRevocations: true);
        _api = await StartApiAsync(_issuer, _http);
        await EventuallyAsync("whoami", _issuer.Sign(), HttpStatusCode.OK); // it has read the list once
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (_issuer is not null) await _issuer.DisposeAsync();
        _http.Dispose();
    }

    internal static async Task<ChildProcess> StartApiAsync(PaperIssuer issuer, HttpClient http)
    {
        var address = new Uri($"http://localhost:{Ports.Free()}");
        var api = await ChildProcess.StartAsync(
            Checkout.Program("samples/DetectorsApi"), address, new Dictionary<string, string>(), $"--Urls={address}", $"--Authority={issuer.Issuer}");
        http.BaseAddress = address;
        return api;
    }

    internal Task<HttpResponseMessage> AskAsync(string path, string? token) => AskAsync(_http, path, token);

    internal Task<HttpResponseMessage> OpenAsync(string path, string token) => AskAsync(_http, path, token, HttpCompletionOption.ResponseHeadersRead);

    internal static async Task<HttpResponseMessage> AskAsync(HttpClient http, string path, string? token, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, until);
    }

    /// <summary>Asks until the API answers so; bounded.</summary>
    internal async Task EventuallyAsync(string path, string token, HttpStatusCode expected)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var answer = await AskAsync(path, token);
            if (answer.StatusCode == expected) return;
            if (attempt == 1200) Assert.Fail($"{path} still answers {(int)answer.StatusCode}, not {(int)expected}:{Environment.NewLine}{_api!.Output}");
            await Task.Delay(100);
        }
    }
}
