using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The scopes.</summary>
internal static class Scopes
{
    private const string Kind = "scope";

    /// <summary>All scopes.</summary>
    public static ValueTask<List<Scope>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync("SELECT name, display_name, description, resources, permissions FROM scopes ORDER BY name", row => new Scope
        {
            Name = row.GetString(0), DisplayName = row.Text(1), Description = row.Text(2), Resources = Read(row.GetString(3))!, Permissions = Read(row.Text(4)),
        }, cancellationToken);

    /// <summary>Compares the file's scopes with the stored ones.</summary>
    /// <returns>The names that there are afterwards.</returns>
    public static async ValueTask<HashSet<string>> CompareAsync(SqlSession session, ConfigurationFile file, ChangeSet changes, CancellationToken cancellationToken)
    {
        var stored = (await ListAsync(session, cancellationToken)).ToDictionary(scope => scope.Name, StringComparer.Ordinal);
        foreach (var entry in file.Scopes)
        {
            if (!stored.TryGetValue(entry.Name, out var found))
            {
                changes.Create(Kind, entry.Name, async (open, stop) => await open.ExecuteAsync(
                    "INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, $2, $3, $4, $5)", stop,
                    entry.Name, entry.DisplayName, entry.Description, Write(entry.Resources), Write(entry.Permissions)));
                continue;
            }

            List<string> what = [];
            if (entry.DisplayName is not null && entry.DisplayName != found.DisplayName) what.Add("display_name");
            if (entry.Description is not null && entry.Description != found.Description) what.Add("description");
            if (!entry.Resources.SequenceEqual(found.Resources)) what.Add("resources");
            if (Write(entry.Permissions) != Write(found.Permissions)) what.Add("permissions");
            changes.Update(Kind, entry.Name, what, async (open, stop) => await open.ExecuteAsync(
                "UPDATE scopes SET display_name = COALESCE($1, display_name), description = COALESCE($2, description), resources = $3, permissions = $4 WHERE name = $5", stop,
                entry.DisplayName, entry.Description, Write(entry.Resources), Write(entry.Permissions), entry.Name));
        }

        return [.. stored.Keys, .. file.Scopes.Select(entry => entry.Name)];
    }

    private static List<string>? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StorageJson.Default.ListString);

    private static string? Write(List<string>? texts) => texts is null ? null : JsonSerializer.Serialize(texts, StorageJson.Default.ListString);
}
