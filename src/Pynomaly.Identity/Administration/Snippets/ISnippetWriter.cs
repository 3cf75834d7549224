namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Writes code in one language. One class a language; a new one is a class and a line in <see cref="ClientSnippets"/>.</summary>
internal interface ISnippetWriter
{
    /// <summary>The code for the client's purpose; null: nobody does that in this language.</summary>
    Snippet? Write(SnippetClient client);
}
