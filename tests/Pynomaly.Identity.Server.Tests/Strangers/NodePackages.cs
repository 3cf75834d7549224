using System.Collections.Concurrent;
using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>What a directory's package-lock.json names, installed once, though several classes ask at the same time.</summary>
internal static class NodePackages
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Installed = new(StringComparer.Ordinal);

    /// <summary>Installs it where that was not done yet; answers what is wrong, or null.</summary>
    public static Task<string?> InstallAsync(string directory) => Installed.GetOrAdd(directory, _ => new(() => InstallOnceAsync(directory))).Value;

    private static async Task<string?> InstallOnceAsync(string directory)
    {
        var (wanted, installed) = (new FileInfo(Path.Combine(directory, "package-lock.json")), new FileInfo(Path.Combine(directory, "node_modules", ".package-lock.json")));
        if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc) return null;
        var run = await Command.RunAsync(Command.Find("npm")!, ["ci", "--no-audit", "--no-fund"], directory);
        return run.ExitCode == 0 ? null : $"npm ci failed: {run.Error}";
    }
}
