using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>Our server as a person would start it: a process, SQLite, its own directory, a configuration file applied at start.</summary>
internal sealed class IdentityServer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly DirectoryInfo _directory;
    private readonly IReadOnlyDictionary<string, string> _variables;

    private IdentityServer(ChildProcess process, DirectoryInfo directory, string issuer, IReadOnlyDictionary<string, string> variables) =>
        (_process, _directory, Issuer, _variables) = (process, directory, issuer, variables);

    /// <summary>Settings of a server whose clients all come from one address, nobody knows how many of them in one minute.</summary>
    public static IReadOnlyDictionary<string, string> Unlimited { get; } =
        new[] { "SignIn", "Authorize", "Token", "Failures", "Introspection", "Api", "Lists" }.ToDictionary(what => $"Identity__Limits__{what}PerAddress", _ => "0");

    public string Issuer { get; }

    public string Output => _process.Output;

    /// <summary>Starts it with this configuration and these environment variables beside its own.</summary>
    public static async Task<IdentityServer> StartAsync(JsonNode configuration, IReadOnlyDictionary<string, string>? environment = null)
    {
        var directory = Directory.CreateTempSubdirectory("pynomaly-identity-");
        string issuer = $"http://localhost:{Ports.Free()}", file = Path.Combine(directory.FullName, "configuration.json");
        await File.WriteAllTextAsync(file, configuration.ToJsonString());
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Identity__Issuer"] = issuer,
            ["Identity__KeysDirectory"] = Path.Combine(directory.FullName, "keys"),
            ["ConnectionStrings__Identity"] = $"Data Source={Path.Combine(directory.FullName, "identity.db")}",
        };
        try
        {
            var process = await ChildProcess.StartAsync(
                Checkout.Program("src/Pynomaly.Identity.Server"), new Uri($"{issuer}/health/ready"), variables, "serve", "--apply", file, "--urls", issuer);
            return new IdentityServer(process, directory, issuer, variables);
        }
        catch
        {
            directory.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Runs a command on its database, as an operator on the same machine does.</summary>
    public Task<Command> CommandAsync(params string[] arguments) => Command.RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Checkout.Program("src/Pynomaly.Identity.Server"), .. arguments], _directory.FullName, environment: _variables);

    /// <summary>Asks it to end.</summary>
    public void Terminate() => _process.Terminate();

    /// <summary>Waits for its end and answers the exit code.</summary>
    public Task<int> EndAsync() => _process.EndAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
