using System.Diagnostics;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>The real executable on an installation of its own: what a person at a terminal sees of it.</summary>
public sealed class Executable : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Where the installation lies.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("pynomaly-command-").FullName;

    /// <summary>The SQLite file.</summary>
    public string Database => Path.Combine(Directory, "data", "identity.db");

    /// <summary>The keys.</summary>
    public string Keys => Path.Combine(Directory, "keys");

    /// <summary>Runs it and waits for its end.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync([], null, arguments);

    /// <summary>The same with environment variables and standard input.</summary>
    public async Task<Outcome> RunAsync(Dictionary<string, string> environment, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Directory,
        };
        foreach (var argument in (string[])[Harness.Checkout.Program("src/Pynomaly.Identity.Server"), .. arguments]) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        start.Environment["Identity__Issuer"] = "http://localhost:5080";
        start.Environment["Identity__KeysDirectory"] = Keys;
        start.Environment["Identity__Metrics__Port"] = "0";
        start.Environment["Identity__Passwords__BcryptCost"] = "10";
        start.Environment["ConnectionStrings__Identity"] = $"Data Source={Database}";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        await Harness.Command.TypeAsync(process, input ?? "");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end:\n{await output}\n{await error}");
        }

        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Writes a file into the installation's directory and answers its path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    /// <summary>How it ended.</summary>
    public sealed record Outcome(int Code, string Output, string Error);
}
