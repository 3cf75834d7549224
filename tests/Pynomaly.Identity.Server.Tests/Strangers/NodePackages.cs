using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>What a directory's package-lock.json names, installed once.</summary>
internal static class NodePackages
{
    /// <summary>Installs it where that was not done yet; answers what is wrong, or null.</summary>
    public static async Task<string?> InstallAsync(string directory)
    {
        var (wanted, installed) = (new FileInfo(Path.Combine(directory, "package-lock.json")), new FileInfo(Path.Combine(directory, "node_modules", ".package-lock.json")));
        if (installed.Exists && installed.LastWriteTimeUtc >= wanted.LastWriteTimeUtc) return null;
        var run = await Command.RunAsync(Command.Find("npm")!, ["ci", "--no-audit", "--no-fund"], directory);
        return run.ExitCode == 0 ? null : $"npm ci failed: {run.Error}";
    }
}
