using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
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
    /// <returns>The scopes and permissions that there are afterwards.</returns>
    public static async ValueTask<Reach> CompareAsync(SqlSession session, ConfigurationFile file, IReadOnlyDictionary<string, Permission> permissions, ChangeSet changes, CancellationToken cancellationToken)
    {
        var scopes = (await ListAsync(session, cancellationToken)).ToDictionary(scope => scope.Name, StringComparer.Ordinal);
        var reach = new Reach(scopes, permissions);
        foreach (var entry in file.Scopes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scopes.TryGetValue(entry.Name, out var found);
            var wanted = new Scope
            {
                Name = entry.Name, DisplayName = entry.DisplayName ?? found?.DisplayName, Description = entry.Description ?? found?.Description, Resources = entry.Resources, Permissions = entry.Permissions,
            };
            changes.Add(Kind, entry.Name, found is null ? null : ConfigurationViews.Of(found), ConfigurationViews.Of(wanted), GuardOf(reach, found, wanted), async (open, stop) => await open.ExecuteAsync("""
                INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET display_name = $2, description = $3, resources = $4, permissions = $5
                """, stop, wanted.Name, wanted.DisplayName, wanted.Description, Write(wanted.Resources), Write(wanted.Permissions)));
            scopes[entry.Name] = wanted;
        }

        return reach;
    }

    /// <summary>Deletes what the file does not name, if it asks for that. What every server has stays, and so does what a client asks for that stays.</summary>
    public static async ValueTask PruneAsync(SqlSession session, ConfigurationFile file, Reach reach, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!file.Prunes("scopes")) return;
        var gone = file.Prunes("applications") ? await Applications.ToPruneAsync(session, file, cancellationToken) : [];
        var (named, described) = (file.NamesOf("scopes"), file.Applications.ToDictionary(entry => entry.ClientId, entry => entry.Metadata, StringComparer.Ordinal));
        var askers = new Dictionary<string, string>(StringComparer.Ordinal); // by scope, a client that asks for it afterwards
        foreach (var client in await Applications.ListAsync(session, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (gone.Contains(client.ClientId)) continue;
            foreach (var scope in described.GetValueOrDefault(client.ClientId, client.Metadata).Scope.Split(' ')) askers.TryAdd(scope, client.ClientId);
        }

        foreach (var scope in await ListAsync(session, cancellationToken))
        {
            if (named.Contains(scope.Name) || InitialScopes.All.Any(own => own.Name == scope.Name)) continue;
            if (askers.TryGetValue(scope.Name, out var asker)) throw new ConfigurationException($"The scope {scope.Name} is to be deleted, but the client {asker} asks for it. Take it out there first.");
            changes.Add(Kind, scope.Name, ConfigurationViews.Of(scope), null, GuardOf(reach, scope, null), async (open, stop) => await open.ExecuteAsync("DELETE FROM scopes WHERE name = $1", stop, scope.Name));
        }
    }

    private static ChangeSet.Guard GuardOf(Reach reach, Scope? before, Scope? after) => (who, _, _) =>
    {
        who.RequireConfirmed(ManagementPermissions.ManageClients);
        var had = before is null ? [] : reach.Of(before);
        if (after is not null) who.RequireToGrant([.. reach.Of(after).Except(had)]);
        return ValueTask.CompletedTask;
    };

    private static List<string>? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, StorageJson.Default.ListString);

    private static string? Write(List<string>? texts) => texts is null ? null : JsonSerializer.Serialize(texts, StorageJson.Default.ListString);
}
