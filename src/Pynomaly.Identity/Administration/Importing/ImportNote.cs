namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Something that an operator should know about an import: what, how often, and where it stands in the source for the first few times.</summary>
/// <param name="Code">One word for programs.</param>
/// <param name="IsRefusal">True: the record was not taken. False: it was, but for this.</param>
/// <param name="Count">How often.</param>
/// <param name="Examples">Places in the source, with the reason where it differs. Never a name or an address: a report outlives the account.</param>
public sealed record ImportNote(string Code, bool IsRefusal, long Count, IReadOnlyList<string> Examples)
{
    /// <summary>The sentence for people.</summary>
    public string Sentence => ImportWords.Of(Code);
}
