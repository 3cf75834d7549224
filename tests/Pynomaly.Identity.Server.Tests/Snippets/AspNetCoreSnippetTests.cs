using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippets for .NET, compiled as a project with implicit usings would, against the packages that they name.</summary>
public sealed class AspNetCoreSnippetTests(PageServer server) : SnippetWalk(server)
{
    /// <inheritdoc/>
    protected override string Language => "aspnetcore";

    /// <summary>Compiled, not run: a browser runs it only after a build with the tools for WebAssembly.</summary>
    [Fact]
    public async Task A_Blazor_application_compiles()
    {
        var client = await Stage.MakeForPeopleAsync(ClientPurposes.Spa, "https://app.test/authentication/login-callback");

        await PrepareAsync(await Stage.SnippetAsync(client.Id, Language), Stage.DirectoryFor(Language));
    }

    /// <inheritdoc/>
    private protected override Task<SnippetProgram> PrepareAsync(Snippet snippet, string directory) => CSharpCompiler.CompileAsync(snippet.Code, directory);
}
