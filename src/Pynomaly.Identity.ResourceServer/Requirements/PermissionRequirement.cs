using Microsoft.AspNetCore.Authorization;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>Every one of these permissions must be granted by the caller's token.</summary>
internal sealed record PermissionRequirement(IReadOnlyList<string> Permissions) : IAuthorizationRequirement
{
    /// <summary>Refuses what no token can ever grant, at the start rather than at the first request.</summary>
    /// <exception cref="ArgumentException">Not a permission.</exception>
    public static PermissionRequirement Of(IReadOnlyList<string> permissions)
    {
        if (permissions.Count == 0) throw new ArgumentException("Name at least one permission, for example \"read:detectors\"", nameof(permissions));
        foreach (var permission in permissions)
            if (!PermissionPattern.IsExact(permission))
                throw new ArgumentException($"\"{permission}\" is not a permission. Write verb:resource without a wildcard, for example \"read:detectors\"; wildcards belong to what is granted, not to what is asked for", nameof(permissions));
        return new PermissionRequirement([.. permissions]);
    }
}
