using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace Pynomaly.Identity.Tests.Shared;

/// <summary>What <c>dotnet pack</c> makes of a project that was built: the library with its documentation, what it needs of others, and its symbols.</summary>
internal sealed class PackedPackage
{
    private PackedPackage(IReadOnlyList<string> files, IReadOnlyList<string> symbols, XElement metadata) => (Files, Symbols, Metadata) = (files, symbols, metadata);

    /// <summary>The files that whoever uses it gets.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The files of the symbols' package.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>The nuspec's.</summary>
    public XElement Metadata { get; }

    /// <summary>The ids in it of what it depends on.</summary>
    public IEnumerable<string> Dependencies => Metadata.Descendants().Where(one => one.Name.LocalName == "dependency").Select(one => one.Attribute("id")!.Value).Order(StringComparer.Ordinal);

    public string Say(string element) => Metadata.Elements().Single(one => one.Name.LocalName == element).Value;

    /// <summary>Packs what these tests were built with.</summary>
    public static async Task<PackedPackage> OfAsync(string project, CancellationToken cancellationToken)
    {
        var into = Directory.CreateTempSubdirectory("packed-");
        try
        {
            var configuration = typeof(PackedPackage).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
            await RunAsync(["pack", Path.Combine(PublicApi.Root(), "src", project), "--no-build", "--no-restore", "-c", configuration, "-o", into.FullName, "-nodeReuse:false", "-v", "quiet"], cancellationToken);
            using var package = ZipFile.OpenRead(into.GetFiles("*.nupkg").Single().FullName);
            using var symbols = ZipFile.OpenRead(into.GetFiles("*.snupkg").Single().FullName);
            using var nuspec = package.GetEntry($"{project}.nuspec")!.Open();
            var metadata = (await XDocument.LoadAsync(nuspec, LoadOptions.None, cancellationToken)).Root!.Elements().Single();
            return new PackedPackage(Of(package), Of(symbols), metadata);
        }
        finally
        {
            into.Delete(recursive: true);
        }
    }

    // But for those that every package has.
    private static string[] Of(ZipArchive archive) =>
        [.. archive.Entries.Select(entry => entry.FullName).Where(name => name[0] is not ('_' or '[') && !name.StartsWith("package/", StringComparison.Ordinal) && !name.EndsWith(".nuspec", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { RedirectStandardOutput = true, WorkingDirectory = PublicApi.Root() }; // where global.json says which SDK
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name); // those of the run that we are part of
        using var process = Process.Start(start)!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(TimeSpan.FromMinutes(15), cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(process.ExitCode == 0, said);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
