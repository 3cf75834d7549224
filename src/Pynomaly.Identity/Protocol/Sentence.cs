namespace Pynomaly.Identity.Protocol;

/// <summary>A sentence for people: in English as it stands, and by a stable code and its values for pages that say it in the reader's language.</summary>
/// <param name="Code">One word for programs.</param>
/// <param name="Words">The English, with the values in it.</param>
public sealed record Sentence(string Code, FormattableString Words)
{
    /// <summary>In English.</summary>
    public override string ToString() => FormattableString.Invariant(Words);
}
