namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>The repository that this test run was built from: programs are started as a person would, from their own output.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built program of a project, in the configuration that these tests were built in.</summary>
    public static string Program(string project)
    {
        string[] own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return Path.Combine(Root, project, "bin", own[^2], own[^1], $"{Path.GetFileName(project)}.dll");
    }

    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, "Pynomaly.Identity.sln"))) return directory.FullName;
        }

        throw new InvalidOperationException("These tests start the programs of a checkout: run them from one.");
    }
}
