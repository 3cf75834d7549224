using System.Text.Json;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Who has which roles in a realm: directly, by groups and the groups above them, and by roles that contain others.</summary>
internal sealed class KeycloakRoles
{
    private const int MostGroups = 32;
    private readonly Dictionary<string, (List<string> Realm, List<string> OfClients)> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (List<string> Realm, List<string> OfClients)> parts = new(StringComparer.Ordinal);

    public KeycloakRoles(IEnumerable<JsonElement> files)
    {
        foreach (var root in files)
        {
            foreach (var group in KeycloakSource.List(root, "groups")) AddGroup(group, "", ([], []), 0);
            if (!root.TryGetProperty("roles", out var roles)) continue;
            foreach (var role in KeycloakSource.List(roles, "realm"))
                if (KeycloakSource.Text(role, "name") is { } name && role.TryGetProperty("composites", out var composites)) parts[name] = (Realm(composites, "realm"), OfClients(composites, "client"));
        }
    }

    /// <summary>The roles of a user: those of the realm, and those of clients as "client/role".</summary>
    public (IReadOnlyCollection<string> Realm, IReadOnlyCollection<string> OfClients) Of(JsonElement user)
    {
        HashSet<string> realm = [];
        HashSet<string> ofClients = [.. OfClients(user, "clientRoles")];
        var open = new Stack<string>(Realm(user, "realmRoles"));
        foreach (var path in KeycloakSource.Texts(user, "groups"))
        {
            if (!groups.TryGetValue(path, out var group)) continue;
            foreach (var role in group.Realm) open.Push(role);
            ofClients.UnionWith(group.OfClients);
        }

        HashSet<string> seen = [];
        while (open.TryPop(out var role))
        {
            if (!seen.Add(role)) continue;
            if (!KeycloakSource.IsOwn(role)) realm.Add(role);
            if (!parts.TryGetValue(role, out var contained)) continue;
            foreach (var part in contained.Realm) open.Push(part);
            if (!KeycloakSource.IsOwn(role)) ofClients.UnionWith(contained.OfClients);
        }

        // What everybody has for their own account page is no role of the operator's.
        ofClients.RemoveWhere(role => role.StartsWith("account/", StringComparison.Ordinal) || role.StartsWith("broker/", StringComparison.Ordinal));
        return (realm, ofClients);
    }

    private void AddGroup(JsonElement group, string above, (List<string> Realm, List<string> OfClients) inherited, int depth)
    {
        if (depth > MostGroups || KeycloakSource.Text(group, "name") is not { } name) return;
        var path = $"{above}/{name}";
        (List<string> Realm, List<string> OfClients) own = ([.. inherited.Realm, .. Realm(group, "realmRoles")], [.. inherited.OfClients, .. OfClients(group, "clientRoles")]);
        groups[path] = own;
        foreach (var child in KeycloakSource.List(group, "subGroups")) AddGroup(child, path, own, depth + 1);
    }

    private static List<string> Realm(JsonElement item, string name) => [.. KeycloakSource.Texts(item, name)];

    private static List<string> OfClients(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var clients) && clients.ValueKind == JsonValueKind.Object
        ? [.. clients.EnumerateObject().SelectMany(client => KeycloakSource.Texts(clients, client.Name).Select(role => $"{client.Name}/{role}"))]
        : [];
}
