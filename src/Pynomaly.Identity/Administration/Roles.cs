using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The roles.</summary>
internal static class Roles
{
    private const string Kind = "role";

    /// <summary>All roles: id, name, description, permission patterns, and whether they ask for a second factor.</summary>
    public static ValueTask<List<(string Id, string Name, string? Description, List<string> Permissions, bool RequireSecondFactor)>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync("SELECT id, name, description, permissions, require_second_factor FROM roles ORDER BY name",
            row => (row.GetString(0), row.GetString(1), row.Text(2), JsonSerializer.Deserialize(row.GetString(3), StorageJson.Default.ListString)!, row.GetBoolean(4)), cancellationToken);

    /// <summary>Compares the file's roles with the stored ones.</summary>
    /// <returns>The roles there are afterwards, by their names in upper case.</returns>
    public static async ValueTask<Dictionary<string, (string Id, List<string> Permissions)>> CompareAsync(SqlSession session, ConfigurationFile file, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(role => role.Name.ToUpperInvariant(), StringComparer.Ordinal);
        var roles = stored.ToDictionary(role => role.Key, role => (role.Value.Id, role.Value.Permissions), StringComparer.Ordinal);
        foreach (var entry in file.Roles)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = entry.Name.ToUpperInvariant();
            var isNew = !stored.TryGetValue(key, out var found);
            if (!isNew && found.Name != entry.Name) throw entry.Node.Wrong($"the role {found.Name} exists; a role's name does not change its case");
            var (id, description, required) = (isNew ? Guid.CreateVersion7().ToString() : found.Id, entry.Description ?? found.Description, entry.RequireSecondFactor ?? found.RequireSecondFactor);
            roles[key] = (id, entry.Permissions);
            changes.Add(Kind, entry.Name, isNew ? null : ViewOf(found), ConfigurationViews.Role(entry.Name, description, entry.Permissions, required), GuardOf(id, found.Permissions ?? [], entry.Permissions),
                async (open, stop) =>
                {
                    await open.ExecuteAsync("""
                        INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions, require_second_factor) VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT (normalized_name) DO UPDATE SET description = $5, permissions = $6, concurrency_stamp = $4, require_second_factor = $7
                        """, stop, id, entry.Name, key, Guid.CreateVersion7().ToString(), description, JsonSerializer.Serialize(entry.Permissions, StorageJson.Default.ListString), required);
                    if (Promotion.Is(found.Permissions ?? [], entry.Permissions)) await Promotion.EndLinksOfRoleAsync(open, id, entry.Name, now, stop);
                });
        }

        return roles;
    }

    /// <summary>Deletes what the file does not name, if it asks for that, and takes it from who has it.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes("roles")) return;
        var named = file.NamesOf("roles");
        foreach (var role in await ListAsync(session, cancellationToken))
        {
            if (named.Contains(role.Name)) continue;
            changes.Add(Kind, role.Name, ViewOf(role), null, GuardOf(role.Id, role.Permissions, []), async (open, stop) =>
            {
                await open.ExecuteAsync("DELETE FROM user_roles WHERE role_id = $1", stop, role.Id);
                await open.ExecuteAsync("DELETE FROM role_claims WHERE role_id = $1", stop, role.Id);
                await open.ExecuteAsync("DELETE FROM roles WHERE id = $1", stop, role.Id);
            });
        }
    }

    // The rules of the console: who cannot give a right must not take it from others either, and nobody raises themselves (security case AD-03).
    private static ChangeSet.Guard GuardOf(string id, List<string> before, List<string> after) => async (who, session, stop) =>
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        who.RequireToGrant(before);
        who.RequireToGrant(after);
        if (await session.FirstAsync("SELECT user_id FROM user_roles WHERE user_id = $1 AND role_id = $2", row => row.GetString(0), stop, who.Id, id) is not null) who.RequireToHave([.. after.Except(before)]);
    };

    /// <summary>A role as files write it.</summary>
    public static JsonObject ViewOf((string Id, string Name, string? Description, List<string> Permissions, bool RequireSecondFactor) role) =>
        ConfigurationViews.Role(role.Name, role.Description, role.Permissions, role.RequireSecondFactor);
}
