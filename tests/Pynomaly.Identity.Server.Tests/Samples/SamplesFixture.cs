using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>The samples as their README starts them: the server with <c>samples/pynomaly.json</c>, the API, the web application; only the ports are free ones.</summary>
public sealed class SamplesFixture : IAsyncLifetime
{
    private readonly Dictionary<string, string> _secrets = new()
    {
        ["SAMPLE_WEB_SECRET"] = Secret(),
        ["SAMPLE_SERVICE_SECRET"] = Secret(),
        ["SAMPLE_API_SECRET"] = Secret(),
        ["SAMPLE_ADA_PASSWORD"] = Secret(),
        ["SAMPLE_GRACE_PASSWORD"] = Secret(),
    };

    private IdentityServer? _server;
    private ChildProcess? _api;
    private ChildProcess? _web;

    public Uri Web { get; } = new($"http://localhost:{Ports.Free()}");

    public Uri Api { get; } = new($"http://localhost:{Ports.Free()}");

    public string Issuer => _server!.Issuer;

    /// <summary>What all three programs wrote, for a failure's message.</summary>
    public string Output => string.Join(Environment.NewLine, _server?.Output, _api?.Output, _web?.Output);

    public string this[string variable] => _secrets[variable];

    public IReadOnlyDictionary<string, string> Secrets => _secrets;

    public async ValueTask InitializeAsync()
    {
        string configuration = await File.ReadAllTextAsync(Checkout.File("samples/pynomaly.json"));
        _server = await IdentityServer.StartAsync(JsonNode.Parse(configuration.Replace("http://localhost:5100/", Web.AbsoluteUri, StringComparison.Ordinal))!, _secrets);
        _api = await ChildProcess.StartAsync(Checkout.Program("samples/DetectorsApi"), Api, new Dictionary<string, string>(), $"--Urls={Api}", $"--Authority={Issuer}");
        using var http = new HttpClient { BaseAddress = Api };
        await Until.TrueAsync(async () =>
        {
            using var answer = await http.GetAsync("health"); // 503 until then
            return await answer.Content.ReadAsStringAsync() == "Healthy";
        }, "the API has read the list");
        _web = await ChildProcess.StartAsync(Checkout.Program("samples/WebApp"), Web, _secrets, $"--Urls={Web}", $"--Authority={Issuer}", $"--Api={Api}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null) await _web.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    private static string Secret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
}
