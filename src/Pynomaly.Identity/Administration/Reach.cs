using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>The scopes and permissions that there are when a configuration is applied, and what clients open by them over this server: nobody hands on by file what they may not grant (security case AD-03).</summary>
internal sealed record Reach(IReadOnlyDictionary<string, Scope> Scopes, IReadOnlyDictionary<string, Permission> Permissions)
{
    /// <summary>Whether there is such a scope; a permission's own name is one.</summary>
    public bool HasScope(string name) => Scopes.ContainsKey(name) || Permissions.ContainsKey(name);

    /// <summary>What the client can do by itself, and which permissions over this server people can lend it.</summary>
    public IReadOnlyList<string> Of(ClientMetadata metadata)
    {
        var lent = metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(name => Scopes.TryGetValue(name, out var scope) ? Of(scope) : [name])
            .Where(name => ManagementPermissions.Contains(name) && (metadata.Permissions is null || PermissionPattern.AnyMatches(metadata.Permissions, name)));
        return [.. (metadata.Permissions ?? []).Concat(lent).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The permissions over this server that the scope covers, or names.</summary>
    public IReadOnlyList<string> Of(Scope scope) =>
    [
        .. Permissions.Values.Where(permission => ManagementPermissions.Contains(permission.Name) && scope.Covers(permission)).Select(permission => permission.Name)
            .Union((scope.Permissions ?? []).Where(pattern => PermissionPattern.IsExact(pattern) && ManagementPermissions.Contains(pattern))),
    ];
}
