using System.Text.Json;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Which roles of a realm would have one name here. There a client has roles of its own, here a role is everybody's: "a.b" of the client "c" is not to become "b" of the client "c.a", nor a role of the realm.</summary>
internal sealed class KeycloakNames
{
    private readonly HashSet<string> shared = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> unclear = new(StringComparer.Ordinal);

    public KeycloakNames(IEnumerable<JsonElement> files)
    {
        Dictionary<string, (string Client, string Role)> names = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, (string Client, string Role)> texts = new(StringComparer.Ordinal);
        foreach (var (client, role) in files.SelectMany(Roles).Distinct())
        {
            if (!names.TryAdd(client.Length == 0 ? role : KeycloakSource.NameOfClientRole($"{client}/{role}"), (client, role))) shared.Add(client.Length == 0 ? role : KeycloakSource.NameOfClientRole($"{client}/{role}"));
            var text = client.Length == 0 ? role : $"{client}/{role}";
            if (!texts.TryAdd(text, (client, role))) unclear.Add(text);
        }
    }

    /// <summary>Whether the name that stands here for "client/role" there stands for another role there too.</summary>
    public bool IsShared(string there) => shared.Contains(KeycloakSource.NameOfClientRole(there));

    /// <summary>Whether this is written for two, be it as "client/role" or as a role of the realm: nobody can say which is meant.</summary>
    public bool IsUnclear(string there) => unclear.Contains(there);

    // As they are defined and as they are given; those of the realm have no client.
    private static IEnumerable<(string Client, string Role)> Roles(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) yield break;
        if (root.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Object)
        {
            foreach (var role in KeycloakSource.List(roles, "realm"))
            {
                if (KeycloakSource.Text(role, "name") is { } name) yield return ("", name);
                if (role.TryGetProperty("composites", out var composites))
                    foreach (var one in OfClients(composites, "client")) yield return one;
            }

            if (roles.TryGetProperty("client", out var clients) && clients.ValueKind == JsonValueKind.Object)
            {
                foreach (var client in clients.EnumerateObject())
                    foreach (var role in KeycloakSource.List(clients, client.Name))
                        if (KeycloakSource.Text(role, "name") is { } name) yield return (client.Name, name);
            }
        }

        foreach (var one in KeycloakSource.List(root, "users").Concat(KeycloakSource.List(root, "groups").SelectMany(Groups)).SelectMany(item => OfClients(item, "clientRoles").Concat(KeycloakSource.Texts(item, "realmRoles").Select(role => ("", role))))) yield return one;
    }

    private static IEnumerable<JsonElement> Groups(JsonElement group)
    {
        var open = new Stack<JsonElement>([group]);
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in KeycloakSource.List(next, "subGroups")) open.Push(child);
        }
    }

    private static IEnumerable<(string Client, string Role)> OfClients(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var clients) && clients.ValueKind == JsonValueKind.Object
        ? clients.EnumerateObject().SelectMany(client => KeycloakSource.Texts(clients, client.Name).Select(role => (client.Name, role)))
        : [];
}
