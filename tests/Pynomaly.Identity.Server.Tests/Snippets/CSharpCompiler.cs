using Pynomaly.Identity.Server.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The SDK's own compiler, without a project: the packages are those of <c>tests/Pynomaly.Identity.Snippets</c>, whose program runs what comes out.</summary>
internal static class CSharpCompiler
{
    // What a project of the Web SDK has without being asked.
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json", "System.Threading", "System.Threading.Tasks", "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private static readonly DirectoryInfo Framework = new(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
    private static readonly DirectoryInfo Root = Framework.Parent!.Parent!.Parent!;
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Host = Checkout.Program("tests/Pynomaly.Identity.Snippets");

    /// <summary>Compiles it, with warnings as errors.</summary>
    public static async Task<SnippetProgram> CompileAsync(string code, string directory)
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), code);
        await File.WriteAllLinesAsync(Path.Combine(directory, "Usings.cs"), Usings.Select(name => $"global using global::{name};"));
        var libraries = new[] { Framework.FullName, Path.Combine(Root.FullName, "shared", "Microsoft.AspNetCore.App", Framework.Name), Path.GetDirectoryName(Host)! }
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")).Where(file => file != Host).GroupBy(Path.GetFileName).Select(same => $"-reference:{same.Last()}");
        await File.WriteAllLinesAsync(Path.Combine(directory, "compile.rsp"),
            ["-nologo", "-noconfig", "-nostdlib", "-target:exe", "-out:Snippet.dll", "-nullable:enable", "-warnaserror", "-nowarn:CS1701,CS1702", "Program.cs", "Usings.cs", .. libraries]);
        var compiler = Root.GetDirectories("sdk/*").OrderByDescending(one => one.LastWriteTimeUtc).Select(sdk => Path.Combine(sdk.FullName, "Roslyn", "bincore", "csc.dll")).First(File.Exists);

        var run = await Command.RunAsync(Dotnet, ["exec", compiler, "@compile.rsp"], directory);

        Assert.True(run.ExitCode == 0, $"{run.Output}{run.Error}\n{code}");
        return new SnippetProgram(directory, Dotnet, Host, Path.Combine(directory, "Snippet.dll"));
    }
}
