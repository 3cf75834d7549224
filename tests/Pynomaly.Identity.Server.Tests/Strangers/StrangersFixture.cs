using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>One running server, the clients that the strangers play, and the strangers' own packages.</summary>
public sealed class StrangersFixture : IAsyncLifetime
{
    public const string Audience = "https://api.pynomaly.local";
    private const string Python = "/usr/bin/python3"; // Debian installs python3-jwt for its own interpreter, whatever comes first on the PATH
    private static readonly string Directory = Checkout.File("tests/Pynomaly.Identity.Server.Tests/Strangers");
    private static readonly string? Node = Command.Find("node"), Npm = Command.Find("npm");
    private IdentityServer? _server;
    private Tokens? _tokens;
    private string _settings = "";
    private string? _npmProblem;

    internal string Issuer => _server!.Issuer;

    internal string ServiceSecret { get; } = Secret();

    internal string ApiSecret { get; } = Secret();

    internal Tokens Tokens => _tokens!;

    /// <summary>Where the site stands that Apache lets people into, and the secret it is registered with.</summary>
    internal (Uri Address, string Secret) Site { get; } = (new Uri($"http://localhost:{Ports.Free()}"), Secret());

    internal string Password { get; } = Secret();

    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var cast = new Cast(ServiceSecret, Secret(), Secret(), ApiSecret, Password, key, Site);
        _server = await IdentityServer.StartAsync(cast.Configuration(), IdentityServer.Unlimited);
        _settings = cast.Settings(_server.Issuer).ToJsonString();
        _tokens = new Tokens(Issuer, ServiceSecret, ApiSecret);
        await _tokens.BeginAsync();
        if (Node is not null && Npm is not null) _npmProblem = await NodePackages.InstallAsync(Directory);
    }

    public async ValueTask DisposeAsync()
    {
        _tokens?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Ends all that a client has, by the command line.</summary>
    internal async Task CutOffAsync(string client)
    {
        var run = await _server!.CommandAsync("revoke", "--client", client);
        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Error}");
    }

    /// <summary>Runs one scenario of a Node script and fails with all that it said.</summary>
    internal async Task RunNodeAsync(string script, string scenario)
    {
        string? missing = Node is null || Npm is null ? "Node.js and npm are not installed" : _npmProblem;
        Assert.SkipWhen(missing is not null && !Command.InContinuousIntegration, missing ?? "");
        if (missing is not null) Assert.Fail(missing);

        var run = await Command.RunAsync(Node!, [script, scenario], Directory, environment: new Dictionary<string, string> { ["STRANGER"] = _settings });

        Assert.True(run.ExitCode == 0 && run.Output.Contains($"done: {scenario}", StringComparison.Ordinal), $"{run.Output}{run.Error}");
    }

    /// <summary>Shows tokens to the Python resource server: one answer a token.</summary>
    internal async Task<JsonNode[]> RunPythonAsync(string audience, params string[] tokens)
    {
        bool present = File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import jwt, cryptography"])).ExitCode == 0;
        Assert.SkipUnless(present || Command.InContinuousIntegration, "python3-jwt and python3-cryptography are not installed for /usr/bin/python3");

        var run = await Command.RunAsync(Python, ["resource_server.py", Issuer, audience], Directory, string.Join('\n', tokens) + '\n');

        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static string Secret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
}
