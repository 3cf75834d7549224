namespace Pynomaly.Identity.Protocol;

/// <summary>Why a field cannot stand.</summary>
/// <param name="Field">Its name.</param>
/// <param name="Code">One word for programs. The same field and word always say the same.</param>
/// <param name="Words">The English, with the values in it.</param>
public sealed record FieldProblem(string Field, string Code, FormattableString Words)
{
    /// <summary>In English.</summary>
    public string Detail => FormattableString.Invariant(Words);
}
