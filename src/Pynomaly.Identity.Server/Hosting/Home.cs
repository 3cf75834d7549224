
namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The directory that relative paths of the settings start from: where "keys" and "data/identity.db" lie unless a setting says otherwise.</summary>
/// <remarks>Installed it is the directory of the executable, as for the settings files. In Development it is the checkout, so that what a run
/// makes survives a clean build, from whatever directory the run was started.</remarks>
internal static class Home
{
    private const string Solution = "Pynomaly.Identity.sln";

    /// <summary>The directory for this environment.</summary>
    public static string Of(IHostEnvironment environment)
    {
        var own = AppContext.BaseDirectory;
        if (!environment.IsDevelopment()) return own;
        for (var directory = new DirectoryInfo(own); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, Solution))) return directory.FullName;
        return own;
    }
}
