namespace Pynomaly.Identity.Administration;

/// <summary>One thing that applying a configuration changes, or would change.</summary>
/// <param name="Verb">"create", "update" or "unchanged".</param>
/// <param name="Kind">"application", "scope", "role", "permission" or "user".</param>
/// <param name="Name">Which.</param>
/// <param name="What">The members that change, for an update.</param>
public sealed record Change(string Verb, string Kind, string Name, IReadOnlyList<string> What)
{
    /// <summary>True unless the database already stands as asked.</summary>
    public bool IsChange => Verb != "unchanged";

    /// <inheritdoc/>
    public override string ToString() => What.Count == 0 ? $"{Verb} {Kind} {Name}" : $"{Verb} {Kind} {Name}: {string.Join(", ", What)}";
}
