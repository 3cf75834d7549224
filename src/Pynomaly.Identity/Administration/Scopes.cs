using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The scopes.</summary>
internal static class Scopes
{
    private const string Kind = "scope";

    private const string SelectSql = "SELECT name, display_name, description, resources, permissions FROM scopes ";

    /// <summary>All scopes.</summary>
    public static ValueTask<List<Scope>> ListAsync(SqlSession session, CancellationToken cancellationToken) => session.ListAsync($"{SelectSql}ORDER BY name", Read, cancellationToken);

    /// <summary>One of them; null: there is none.</summary>
    public static ValueTask<Scope?> FindAsync(SqlSession session, string name, CancellationToken cancellationToken) =>
        session.FirstAsync<Scope?>($"{SelectSql}WHERE name = $1", Read, cancellationToken, name);

    /// <summary>The same, locked until the end of the transaction.</summary>
    /// <exception cref="AdministrationException">Not found; changed.</exception>
    public static async ValueTask<Scope> RequireAsync(SqlSession session, string name, string? expected, CancellationToken cancellationToken)
    {
        var scope = await session.FirstAsync<Scope?>($"{SelectSql}WHERE name = $1{(session.IsSqlite ? "" : " FOR UPDATE")}", Read, cancellationToken, name)
            ?? throw AdministrationException.NotFound("scope");
        Versions.Require(expected, ScopeDetails.VersionOf(scope));
        return scope;
    }

    /// <summary>Enters a new one. False: there is one of that name.</summary>
    public static async ValueTask<bool> AddAsync(SqlSession session, Scope scope, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING", cancellationToken,
            scope.Name, scope.DisplayName, scope.Description, Write(scope.Resources), Write(scope.Permissions)) == 1;

    /// <summary>Writes one that is there.</summary>
    public static ValueTask<int> SaveAsync(SqlSession session, Scope scope, CancellationToken cancellationToken) =>
        session.ExecuteAsync("UPDATE scopes SET display_name = $1, description = $2, resources = $3, permissions = $4 WHERE name = $5", cancellationToken,
            scope.DisplayName, scope.Description, Write(scope.Resources), Write(scope.Permissions), scope.Name);

    private static Scope Read(System.Data.Common.DbDataReader row) => new()
    {
        Name = row.GetString(0), DisplayName = row.Text(1), Description = row.Text(2), Resources = Read(row.GetString(3))!, Permissions = Read(row.Text(4)),
    };

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
