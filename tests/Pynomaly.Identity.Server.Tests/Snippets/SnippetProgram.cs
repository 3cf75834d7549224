namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>How a snippet is started, once it is written to a file.</summary>
/// <param name="Directory">Where it lies.</param>
/// <param name="File">The program, or what runs it.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record SnippetProgram(string Directory, string File, params string[] Arguments);
