namespace Pynomaly.Identity.Administration;

/// <summary>A role as administrators see it.</summary>
public sealed record RoleDetails
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for administrators.</summary>
    public string? Description { get; init; }

    /// <summary>The patterns, each with the permissions of the catalogue that it grants.</summary>
    public required IReadOnlyList<PatternExpansion> Patterns { get; init; }

    /// <summary>All that it grants, expanded over the catalogue, each once.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>Whether who has it signs in with a second factor only, by the role's own word.</summary>
    public bool RequireSecondFactor { get; init; }

    /// <summary>True: it grants something over this server; who has it is an administrator and signs in with a second factor whatever the role says.</summary>
    public bool IsAdministrators { get; init; }

    /// <summary>True: it grants everything; who has it is an owner.</summary>
    public bool IsOwners { get; init; }

    /// <summary>True when the operator who asked may give it to somebody.</summary>
    public bool MayBeGiven { get; init; }

    /// <summary>What a change is conditional on.</summary>
    public required string Version { get; init; }
}
