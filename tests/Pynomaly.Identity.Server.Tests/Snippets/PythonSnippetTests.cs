using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>The snippets for Python, with Debian's Flask, Authlib and PyJWT.</summary>
public sealed class PythonSnippetTests(PageServer server) : SnippetWalk(server)
{
    private const string Python = "/usr/bin/python3"; // Debian's packages are for its own interpreter, whatever comes first on the PATH
    private static readonly Lazy<Task<bool>> IsComplete = new(async () => File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import authlib, cryptography, flask, jwt, requests"])).ExitCode == 0);

    /// <inheritdoc/>
    protected override string Language => "python";

    /// <inheritdoc/>
    private protected override async Task<SnippetProgram> PrepareAsync(Snippet snippet, string directory)
    {
        Assert.SkipUnless(await IsComplete.Value || Command.InContinuousIntegration, "python3-authlib, python3-cryptography, python3-flask, python3-jwt and python3-requests are not installed for /usr/bin/python3");
        await File.WriteAllTextAsync(Path.Combine(directory, "main.py"), snippet.Code);
        return new SnippetProgram(directory, Python, "main.py");
    }
}
