using System.Text.Json;
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
    /// <returns>Names of the roles there are afterwards, in upper case, with their ids.</returns>
    public static async ValueTask<Dictionary<string, string>> CompareAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(role => role.Name.ToUpperInvariant(), StringComparer.Ordinal);
        var ids = stored.ToDictionary(role => role.Key, role => role.Value.Id, StringComparer.Ordinal);
        foreach (var entry in file.Roles)
        {
            var key = entry.Name.ToUpperInvariant();
            var permissions = JsonSerializer.Serialize(entry.Permissions, StorageJson.Default.ListString);
            if (!stored.TryGetValue(key, out var found))
            {
                ids[key] = Guid.CreateVersion7().ToString();
                changes.Create(Kind, entry.Name, async (open, stop) => await open.ExecuteAsync(
                    "INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions, require_second_factor) VALUES ($1, $2, $3, $4, $5, $6, $7)", stop,
                    ids[key], entry.Name, key, Guid.CreateVersion7().ToString(), entry.Description, permissions, entry.RequireSecondFactor ?? false));
                continue;
            }

            if (found.Name != entry.Name) throw entry.Node.Wrong($"the role {found.Name} exists; a role's name does not change its case");
            List<string> what = [];
            if (entry.Description is not null && entry.Description != found.Description) what.Add("description");
            if (!entry.Permissions.SequenceEqual(found.Permissions)) what.Add("permissions");
            if (entry.RequireSecondFactor is { } required && required != found.RequireSecondFactor) what.Add("require_second_factor");
            changes.Update(Kind, entry.Name, what, async (open, stop) => await open.ExecuteAsync(
                "UPDATE roles SET description = COALESCE($1, description), permissions = $2, concurrency_stamp = $3, require_second_factor = $5 WHERE id = $4", stop,
                entry.Description, permissions, Guid.CreateVersion7().ToString(), found.Id, entry.RequireSecondFactor ?? found.RequireSecondFactor));
        }

        return ids;
    }
}
