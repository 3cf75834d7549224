namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Code to copy.</summary>
/// <param name="Id">Names it: "aspnetcore", "node", "python", "go", "curl".</param>
/// <param name="Title">What it is for, as shown.</param>
/// <param name="Language">The language of the code: "csharp", "javascript", "python", "go", "bash".</param>
/// <param name="Install">What has to be installed before; null: nothing.</param>
/// <param name="Code">The code. Never a secret: it is read from the environment variable CLIENT_SECRET.</param>
public sealed record Snippet(string Id, string Title, string Language, string? Install, string Code);
