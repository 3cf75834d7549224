using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The permissions of a token: what the subject holds, cut to what the client may ask for, cut to what the scopes cover; expanded over the catalogue.</summary>
internal static class GrantedPermissions
{
    /// <summary>For a person: the patterns of the roles.</summary>
    public static IReadOnlyList<string> OfUser(CatalogueSnapshot catalogue, Application client, IReadOnlyList<string> scopes, IReadOnlyList<string> roles) =>
        catalogue.Remember($"u\n{Key(client)}\n{string.Join(' ', scopes)}\n{string.Join('\n', roles)}", snapshot => Expand(snapshot, snapshot.PatternsOf(roles).ToArray(), client.Metadata.Permissions, scopes));

    /// <summary>For a client itself: what it is registered with. For an API key: what it is cut to, of what its holder has now.</summary>
    public static IReadOnlyList<string> OfClient(CatalogueSnapshot catalogue, Application client, IReadOnlyList<string> scopes, string scope) => client.Holder is { } holder
        ? catalogue.Remember($"k\n{holder.IsPerson}\n{string.Join(' ', client.Metadata.Permissions!)}\n{string.Join(' ', holder.Patterns)}\n{scope}",
            snapshot => Expand(snapshot, holder.Patterns, client.Metadata.Permissions, scopes).Where(permission => KeyScopes.Carries(holder, client.Metadata.Permissions!, permission)).ToArray())
        : catalogue.Remember($"c\n{Key(client)}\n{scope}", snapshot => Expand(snapshot, client.Metadata.Permissions ?? [], null, scopes));

    /// <summary>For every permission of the catalogue, whether a token would carry it, and which of the three cuts says what. The same decision as above, told.</summary>
    public static IReadOnlyList<PermissionVerdict> Explain(CatalogueSnapshot catalogue, IReadOnlyCollection<string> held, IReadOnlyCollection<string>? allowed, IReadOnlyList<string> scopes)
    {
        var covering = Covering(catalogue, scopes);
        return [.. catalogue.Permissions.Select(permission => Decide(permission, held, allowed, covering))];
    }

    private static string[] Expand(CatalogueSnapshot catalogue, IReadOnlyCollection<string> held, IReadOnlyCollection<string>? allowed, IReadOnlyList<string> scopes)
    {
        if (held.Count == 0) return [];
        var covering = Covering(catalogue, scopes);
        return catalogue.Permissions.Where(permission => Decide(permission, held, allowed, covering).IsIn).Select(permission => permission.Name).ToArray();
    }

    private static Scope[] Covering(CatalogueSnapshot catalogue, IReadOnlyList<string> scopes) => scopes.Select(catalogue.FindScope).OfType<Scope>().ToArray();

    private static PermissionVerdict Decide(Permission permission, IReadOnlyCollection<string> held, IReadOnlyCollection<string>? allowed, Scope[] covering) => new(permission.Name,
        PermissionPattern.AnyMatches(held, permission.Name), allowed is null || PermissionPattern.AnyMatches(allowed, permission.Name), Array.Exists(covering, scope => scope.Covers(permission)));

    // The registration's time is part of the key: an answer for an older registration is never reused.
    private static string Key(Application client) => $"{client.ClientId}\n{client.Updated.ToUnixTimeMilliseconds()}";
}
