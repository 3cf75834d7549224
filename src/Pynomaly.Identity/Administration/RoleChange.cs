namespace Pynomaly.Identity.Administration;

/// <summary>What is to change about a role; what is null stays.</summary>
public sealed record RoleChange
{
    /// <summary>One sentence for administrators; empty takes it away.</summary>
    public string? Description { get; init; }

    /// <summary>The patterns, all of them.</summary>
    public IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>Whether who has it signs in with a second factor only.</summary>
    public bool? RequireSecondFactor { get; init; }
}
