using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippets for Go, compiled against Debian's golang.org/x/oauth2 and coreos/go-oidc.</summary>
public sealed class GoSnippetTests(PageServer server) : SnippetWalk(server)
{
    private const string Libraries = "/usr/share/gocode/src", Oidc = "github.com/coreos/go-oidc";
    private static readonly string? Go = Command.Find("go");

    /// <inheritdoc/>
    protected override string Language => "go";

    /// <inheritdoc/>
    private protected override async Task<SnippetProgram> PrepareAsync(Snippet snippet, string directory)
    {
        var isComplete = Go is not null && Directory.Exists($"{Libraries}/{Oidc}") && Directory.Exists($"{Libraries}/golang.org/x/oauth2");
        Assert.SkipUnless(isComplete || Command.InContinuousIntegration, "golang-go, golang-golang-x-oauth2-dev and golang-github-coreos-go-oidc-dev are not installed");

        // Debian has version 2 of go-oidc: what the snippets use of it is the same in version 3, which lies at another path.
        var path = Directory.CreateDirectory(Path.Combine(directory, "path"));
        Directory.CreateSymbolicLink(Path.Combine(path.CreateSubdirectory($"src/{Oidc}/v3").FullName, "oidc"), $"{Libraries}/{Oidc}");
        await File.WriteAllTextAsync(Path.Combine(directory, "main.go"), snippet.Code);
        var build = await Command.RunAsync(Go!, ["build", "-o", "main", "main.go"], directory, environment: new Dictionary<string, string>
        {
            ["GO111MODULE"] = "off", ["GOPATH"] = $"{path.FullName}:/usr/share/gocode", ["GOFLAGS"] = "",
        });
        Assert.True(build.ExitCode == 0, $"{build.Output}{build.Error}\n{snippet.Code}");
        return new SnippetProgram(directory, Path.Combine(directory, "main"));
    }
}
