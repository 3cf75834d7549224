using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A scope as operators see it.</summary>
public sealed record ScopeDetails
{
    /// <summary>The scope token.</summary>
    public required string Name { get; init; }

    /// <summary>Shown at consent; null shows the name.</summary>
    public required string? DisplayName { get; init; }

    /// <summary>One sentence for the person at consent.</summary>
    public required string? Description { get; init; }

    /// <summary>Audiences of tokens with this scope.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Patterns of the permissions that it covers; null: all permissions of its APIs.</summary>
    public required IReadOnlyList<string>? Permissions { get; init; }

    /// <summary>True for those that the protocol defines, and this server's own: they cannot be deleted.</summary>
    public required bool IsStandard { get; init; }

    /// <summary>The permissions that it covers now.</summary>
    public required IReadOnlyList<string> Covers { get; init; }

    /// <summary>The first hundred clients that may ask for it; the list of clients shows all.</summary>
    public required IReadOnlyList<string> Clients { get; init; }

    /// <summary>How many may ask for it.</summary>
    public required int ClientCount { get; init; }

    /// <summary>The first hundred clients that are the resource server of one of its APIs.</summary>
    public required IReadOnlyList<string> ResourceServers { get; init; }

    /// <summary>Its version, for changes.</summary>
    public required string Version { get; init; }

    internal static string VersionOf(Scope scope) => Versions.Of(scope.Name, scope.DisplayName, scope.Description, scope.Resources, scope.Permissions is null ? null : string.Join(' ', scope.Permissions));
}
