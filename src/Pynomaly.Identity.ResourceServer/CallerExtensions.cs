using System.Security.Claims;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>What a caller may do, asked in code.</summary>
public static class CallerExtensions
{
    /// <summary>Whether the caller's token grants the permission, by itself or by a wildcard ("read:*", "*:detectors", "*:*").</summary>
    public static bool HasPermission(this ClaimsPrincipal caller, string permission)
    {
        ArgumentNullException.ThrowIfNull(caller);
        foreach (var identity in caller.Identities)
        {
            if (!identity.IsAuthenticated) continue;
            foreach (var claim in identity.Claims)
                if (claim.Type == PynomalyIdentityDefaults.PermissionClaim && (claim.Value == permission || PermissionPattern.Matches(claim.Value, permission))) return PermissionPattern.IsExact(permission);
        }

        return false;
    }

    /// <summary>Whether the caller's token has the scope.</summary>
    public static bool HasScope(this ClaimsPrincipal caller, string scope)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.FindAll("scope").Any(claim => claim.Value.Split(' ').Contains(scope, StringComparer.Ordinal));
    }

    internal static bool HasAllPermissions(this ClaimsPrincipal caller, IReadOnlyList<string> permissions)
    {
        for (var i = 0; i < permissions.Count; i++)
            if (!caller.HasPermission(permissions[i])) return false;
        return true;
    }
}
