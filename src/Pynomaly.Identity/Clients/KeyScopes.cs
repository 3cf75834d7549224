using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Clients;

/// <summary>What an API key may ask for: the scopes that cover something of what it can carry now. Nobody registers scopes for a key; its permissions say them.</summary>
public static class KeyScopes
{
    /// <summary>The names, separated by blanks. A service's key may ask for no scope that its service may not.</summary>
    internal static string Of(CatalogueSnapshot catalogue, KeyHolder holder, IReadOnlyCollection<string> key, string? service) =>
        catalogue.Remember($"ks\n{holder.IsPerson}\n{string.Join(' ', key)}\n{string.Join(' ', holder.Patterns)}\n{service}", snapshot =>
        {
            var allowed = service?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var carried = snapshot.Permissions.Where(permission => Carries(holder, key, permission.Name)).ToList();
            return string.Join(' ', snapshot.Scopes
                .Where(scope => (allowed is null || allowed.Contains(scope.Name)) && scope.Name is not (StandardScopes.OpenId or StandardScopes.OfflineAccess or StandardScopes.Account))
                .Where(scope => carried.Exists(scope.Covers)).Select(scope => scope.Name).Order(StringComparer.Ordinal));
        });

    /// <summary>Whether a key with these patterns carries the permission: the holder has it now, and a person's key has none over this server.</summary>
    public static bool Carries(KeyHolder holder, IReadOnlyCollection<string> key, string permission) =>
        PermissionPattern.AnyMatches(key, permission) && PermissionPattern.AnyMatches(holder.Patterns, permission) && !(holder.IsPerson && ManagementPermissions.Contains(permission));
}
