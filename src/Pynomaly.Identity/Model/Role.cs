using Microsoft.AspNetCore.Identity;

namespace Pynomaly.Identity.Model;

/// <summary>A role: a name for a set of permission patterns. Data, not code; the built-in ones can be edited.</summary>
public sealed class Role : IdentityRole
{
    /// <summary>One sentence for administrators.</summary>
    public string? Description { get; set; }

    /// <summary>What the role grants (<see cref="PermissionPattern"/>).</summary>
    public List<string> Permissions { get; set; } = [];

    /// <summary>True: who has this role signs in with a second factor or a passkey only. Always so for roles that grant a permission to manage.</summary>
    public bool RequireSecondFactor { get; set; }
}
