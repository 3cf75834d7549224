using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippets for Node, with the packages of this folder's lock file.</summary>
public sealed class NodeSnippetTests(PageServer server) : SnippetWalk(server)
{
    /// <inheritdoc/>
    protected override string Language => "node";

    /// <inheritdoc/>
    private protected override async Task<SnippetProgram> PrepareAsync(Snippet snippet, string directory)
    {
        Directory.CreateSymbolicLink(Path.Combine(directory, "node_modules"), await NodePackages.FindAsync());
        await File.WriteAllTextAsync(Path.Combine(directory, "main.mjs"), snippet.Code);
        return new SnippetProgram(directory, Command.Find("node")!, "main.mjs");
    }
}
