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
    /// <returns>What the catalogue holds afterwards.</returns>
    public static async ValueTask<Dictionary<string, Permission>> CompareAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(permission => permission.Name, StringComparer.Ordinal);
        foreach (var entry in file.Permissions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stored.TryGetValue(entry.Name, out var found);
            if (found is not null && ManagementPermissions.Contains(entry.Name) && entry.Resource is not null && entry.Resource != found.Resource)
                throw (entry.Node with { Place = $"{entry.Node.Place}.resource" }).Wrong("a permission over this server belongs to this server"); // a scope of another API must not cover it
            var wanted = new Permission { Name = entry.Name, Description = entry.Description ?? found?.Description, Resource = entry.Resource ?? found?.Resource };
            Add(changes, found, wanted);
            stored[entry.Name] = wanted;
        }

        foreach (var name in Named(file).Where(name => !stored.ContainsKey(name)).ToArray())
        {
            Add(changes, null, new Permission { Name = name });
            stored.Add(name, new Permission { Name = name });
        }

        return stored;
    }

    /// <summary>Deletes what the file does not name, if it asks for that: not what this server itself asks for, nor what a role or a client names outright.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes("permissions")) return;
        var kept = Named(file).Concat((await Roles.ListAsync(session, cancellationToken)).SelectMany(role => role.Permissions))
            .Concat((await Applications.ListAsync(session, cancellationToken)).SelectMany(client => client.Metadata.Permissions ?? [])).ToHashSet(StringComparer.Ordinal);
        kept.UnionWith(file.NamesOf("permissions"));
        foreach (var permission in await ListAsync(session, cancellationToken))
        {
            if (ManagementPermissions.All.Any(own => own.Name == permission.Name) || kept.Contains(permission.Name)) continue;
            changes.Add(Kind, permission.Name, ConfigurationViews.Of(permission), null, GuardAsync, async (open, stop) => await open.ExecuteAsync("DELETE FROM permissions WHERE name = $1", stop, permission.Name));
        }
    }

    private static void Add(ChangeSet changes, Permission? found, Permission wanted) => changes.Add(Kind, wanted.Name, found is null ? null : ConfigurationViews.Of(found), ConfigurationViews.Of(wanted), GuardAsync,
        async (open, stop) => await open.ExecuteAsync("INSERT INTO permissions (name, description, resource) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET description = $2, resource = $3", stop,
            wanted.Name, wanted.Description, wanted.Resource));

    private static IEnumerable<string> Named(ConfigurationFile file) => file.Roles.SelectMany(role => role.Permissions)
        .Concat(file.Applications.SelectMany(application => application.Metadata.Permissions ?? [])).Where(name => PermissionPattern.IsExact(name)).Distinct(StringComparer.Ordinal);

    private static ValueTask GuardAsync(Operator who, SqlSession session, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        return ValueTask.CompletedTask;
    }
}
