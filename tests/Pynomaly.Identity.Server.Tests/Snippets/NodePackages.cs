using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>What the snippets for JavaScript ask to be installed, once for all.</summary>
internal static class NodePackages
{
    private static readonly string Home = Checkout.File("tests/Pynomaly.Identity.Server.Tests/Snippets");
    private static readonly Lazy<Task<string?>> Problem = new(InstallAsync);

    /// <summary>Their folder; skips the test where there is no Node.</summary>
    public static async Task<string> FindAsync()
    {
        var problem = await Problem.Value;
        Assert.SkipWhen(problem is not null && !Command.InContinuousIntegration, problem ?? "");
        if (problem is not null) Assert.Fail(problem);
        return Path.Combine(Home, "node_modules");
    }

    private static async Task<string?> InstallAsync()
    {
        if (Command.Find("node") is null || Command.Find("npm") is not { } npm) return "Node.js and npm are not installed";
        var (wanted, installed) = (new FileInfo(Path.Combine(Home, "package-lock.json")), new FileInfo(Path.Combine(Home, "node_modules", ".package-lock.json")));
        if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc) return null;
        var run = await Command.RunAsync(npm, ["ci"], Home);
        return run.ExitCode == 0 ? null : $"npm ci failed: {run.Error}";
    }
}
