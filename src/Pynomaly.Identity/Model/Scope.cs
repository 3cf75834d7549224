namespace Pynomaly.Identity.Model;

/// <summary>A scope that clients may ask for, the APIs it leads to, and the permissions it covers (RFC 6749 §3.3).</summary>
public sealed class Scope
{
    /// <summary>The scope token.</summary>
    public required string Name { get; init; }

    /// <summary>Shown at consent; null shows the name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>One sentence for the person at consent.</summary>
    public string? Description { get; set; }

    /// <summary>Audiences of tokens with this scope (RFC 8707, RFC 9068 §3).</summary>
    public List<string> Resources { get; set; } = [];

    /// <summary>Patterns of the permissions it covers; null covers all permissions of its APIs.</summary>
    public List<string>? Permissions { get; set; }

    /// <summary>Whether tokens with this scope may carry the permission.</summary>
    public bool Covers(Permission permission) =>
        Permissions is not null ? PermissionPattern.AnyMatches(Permissions, permission.Name)
        : Resources.Count > 0 && (permission.Resource is null || Resources.Contains(permission.Resource));
}
