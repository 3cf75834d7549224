namespace Pynomaly.Identity.Administration;

/// <summary>What somebody may do, and why.</summary>
public sealed record SubjectExplanation
{
    /// <summary>"person", "client" or "api_key".</summary>
    public required string Kind { get; init; }

    /// <summary>The subject's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>True: disabled or revoked; it holds what stands here, and gets no tokens.</summary>
    public bool IsShut { get; init; }

    /// <summary>The roles of a person; empty for others.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The permissions that it holds, with the reasons; where one was asked about, just that one, without a reason when it is not held.</summary>
    public required IReadOnlyList<HeldPermission> Permissions { get; init; }
}
