using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>What a new installation begins with: the catalogue's permissions, roles and scopes; and the scopes that a newer version brings. Each is entered once; from then on it is the operator's data.</summary>
/// <remarks>Marks in server_state keep a later start from bringing back what an administrator removed.</remarks>
public sealed class InitialData(Database database, AuditTrail audit, ServerOptions options, ILogger<InitialData> logger)
{
    private const string Mark = "initial-data";
    private const string ScopeMark = "initial-scope:";

    /// <summary>Enters what was not entered before.</summary>
    /// <returns>True when this is a new installation, and this call entered its data.</returns>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            var marks = await session.ListAsync($"SELECT name FROM server_state WHERE name = $1 OR name LIKE '{ScopeMark}%'", row => row.GetString(0), cancellationToken, Mark);
            if (marks.Contains(Mark) && InitialScopes.CameLater.All(name => marks.Contains(ScopeMark + name))) return false;
        }

        var (isNew, came) = await database.WriteAsync(EnterAsync, cancellationToken);
        if (isNew) Log.InitialDataEntered(logger, InitialRoles.All.Count, InitialScopes.All.Count);
        foreach (var scope in came) Log.ScopeEntered(logger, scope);
        return isNew;
    }

    private async ValueTask<(bool IsNew, IReadOnlyList<string> Came)> EnterAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var isNew = await TakeAsync(session, Mark, cancellationToken);
        List<string> came = [];
        foreach (var name in InitialScopes.CameLater)
        {
            if (!await TakeAsync(session, ScopeMark + name, cancellationToken) || isNew) continue;
            if (name == StandardScopes.Administration) await EnterAdministratorsAsync(session, cancellationToken);
            if (await AddScopeAsync(session, InitialScopes.All.Single(scope => scope.Name == name), cancellationToken) == 0) continue; // the operator had made it
            await audit.WriteAsync(session, new AuditEntry(Log.ScopeCame) { Actor = "server", Detail = name }, cancellationToken);
            came.Add(name);
        }

        if (isNew) await EnterAllAsync(session, cancellationToken);
        if (isNew || came.Count > 0) await session.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);
        return (isNew, came);
    }

    // The row count decides which of several nodes that start at once enters it.
    private static async ValueTask<bool> TakeAsync(SqlSession session, string mark, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("INSERT INTO server_state (name, number) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING", cancellationToken, mark) == 1;

    private async ValueTask EnterAllAsync(SqlSession session, CancellationToken cancellationToken)
    {
        foreach (var (name, description) in InitialPermissions.All) await AddPermissionAsync(session, name, description, cancellationToken);
        foreach (var scope in InitialScopes.All) await AddScopeAsync(session, scope, cancellationToken);
        foreach (var role in InitialRoles.All) await AddRoleAsync(session, role, cancellationToken);
        await audit.WriteAsync(session, new AuditEntry(Log.InitialData) { Actor = "server" }, cancellationToken);
    }

    // A database from before there was an administration learns its permissions and roles with the scope.
    private async ValueTask EnterAdministratorsAsync(SqlSession session, CancellationToken cancellationToken)
    {
        foreach (var (name, description) in ManagementPermissions.All) await AddPermissionAsync(session, name, description, cancellationToken);
        foreach (var role in InitialRoles.Administrators) await AddRoleAsync(session, role, cancellationToken);
    }

    private async ValueTask AddPermissionAsync(SqlSession session, string name, string description, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("INSERT INTO permissions (name, description, resource) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
            cancellationToken, name, description, ManagementPermissions.Contains(name) ? options.Issuer : null);

    private static async ValueTask AddRoleAsync(SqlSession session, (string Name, string Description, List<string> Permissions) role, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("""
            INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions)
            SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM roles WHERE normalized_name = $3)
            """, cancellationToken, Guid.CreateVersion7().ToString(), role.Name, role.Name.ToUpperInvariant(), Guid.CreateVersion7().ToString(), role.Description,
            JsonSerializer.Serialize(role.Permissions, StorageJson.Default.ListString));

    private ValueTask<int> AddScopeAsync(SqlSession session, (string Name, string DisplayName, string Description, List<string> Resources) scope, CancellationToken cancellationToken)
    {
        var isOwn = scope.Name is StandardScopes.Account or StandardScopes.Administration; // leads to this server itself
        return session.ExecuteAsync("INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
            cancellationToken, scope.Name, scope.DisplayName, scope.Description,
            JsonSerializer.Serialize(isOwn ? [options.Issuer] : scope.Resources, StorageJson.Default.ListString), PermissionsOf(scope.Name));
    }

    private static string? PermissionsOf(string scope) => scope switch
    {
        StandardScopes.Account => "[]", // covers no permission: who the person is decides
        StandardScopes.Administration => JsonSerializer.Serialize([.. ManagementPermissions.All.Select(one => one.Name)], StorageJson.Default.ListString),
        _ => null,
    };
}
