using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The permission catalogue.</summary>
internal static class Permissions
{
    private const string Kind = "permission";

    /// <summary>All permissions.</summary>
    public static ValueTask<List<Permission>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync("SELECT name, description, resource FROM permissions ORDER BY name",
            row => new Permission { Name = row.GetString(0), Description = row.Text(1), Resource = row.Text(2) }, cancellationToken);

    /// <summary>Compares the file's permissions, and those that its roles and applications name outright, with the catalogue.</summary>
    /// <returns>The names that the catalogue holds afterwards.</returns>
    public static async ValueTask<HashSet<string>> CompareAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(permission => permission.Name, StringComparer.Ordinal);
        foreach (var entry in file.Permissions)
        {
            if (!stored.TryGetValue(entry.Name, out var found))
            {
                Create(changes, entry.Name, entry.Description, entry.Resource);
                stored.Add(entry.Name, new Permission { Name = entry.Name });
                continue;
            }

            List<string> what = [];
            if (entry.Description is not null && entry.Description != found.Description) what.Add("description");
            if (entry.Resource is not null && entry.Resource != found.Resource) what.Add("resource");
            changes.Update(Kind, entry.Name, what, async (open, stop) => await open.ExecuteAsync(
                "UPDATE permissions SET description = COALESCE($1, description), resource = COALESCE($2, resource) WHERE name = $3", stop, entry.Description, entry.Resource, entry.Name));
        }

        var named = file.Roles.SelectMany(role => role.Permissions).Concat(file.Applications.SelectMany(application => application.Metadata.Permissions ?? []));
        foreach (var name in named.Where(name => PermissionPattern.IsExact(name) && !stored.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToArray())
        {
            Create(changes, name, null, null);
            stored.Add(name, new Permission { Name = name });
        }

        return [.. stored.Keys];
    }

    private static void Create(ChangeSet changes, string name, string? description, string? resource) => changes.Create(Kind, name, async (open, stop) =>
        await open.ExecuteAsync("INSERT INTO permissions (name, description, resource) VALUES ($1, $2, $3)", stop, name, description, resource));
}
