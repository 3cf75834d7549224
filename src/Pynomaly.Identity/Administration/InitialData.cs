using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>What a new installation begins with: the catalogue's permissions, roles and scopes. Entered once; from then on it is the operator's data.</summary>
/// <remarks>A mark in server_state keeps a later start from bringing back what an administrator removed.</remarks>
public sealed class InitialData(Database database, AuditTrail audit, ServerOptions options, ILogger<InitialData> logger)
{
    private const string Mark = "initial-data";

    /// <summary>Enters the initial data unless that was done before.</summary>
    /// <returns>True when this call entered it.</returns>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        await using (var session = await database.ReadAsync(cancellationToken))
        {
            if (await session.FirstAsync("SELECT COUNT(*) FROM server_state WHERE name = $1", row => row.GetInt64(0), cancellationToken, Mark) > 0) return false;
        }

        var entered = await database.WriteAsync(EnterAsync, cancellationToken);
        if (entered) Log.InitialDataEntered(logger, InitialRoles.All.Count, InitialScopes.All.Count);
        return entered;
    }

    private async ValueTask<bool> EnterAsync(SqlSession session, CancellationToken cancellationToken)
    {
        // The row count decides which of several nodes that start at once enters it.
        if (await session.ExecuteAsync("INSERT INTO server_state (name, number) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING", cancellationToken, Mark) == 0) return false;

        foreach (var (name, description) in InitialPermissions.All)
            await session.ExecuteAsync("INSERT INTO permissions (name, description) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", cancellationToken, name, description);
        foreach (var scope in InitialScopes.All)
        {
            var isOwn = scope.Name == StandardScopes.Account; // leads to this server itself, and covers no permission
            await session.ExecuteAsync("INSERT INTO scopes (name, display_name, description, resources, permissions) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO NOTHING",
                cancellationToken, scope.Name, scope.DisplayName, scope.Description,
                JsonSerializer.Serialize(isOwn ? [options.Issuer] : scope.Resources, StorageJson.Default.ListString), isOwn ? "[]" : null);
        }

        foreach (var (name, description, permissions) in InitialRoles.All)
        {
            await session.ExecuteAsync("""
                INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions)
                SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM roles WHERE normalized_name = $3)
                """, cancellationToken, Guid.CreateVersion7().ToString(), name, name.ToUpperInvariant(), Guid.CreateVersion7().ToString(), description,
                JsonSerializer.Serialize(permissions, StorageJson.Default.ListString));
        }

        await session.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);
        await audit.WriteAsync(session, new AuditEntry(Log.InitialData) { Actor = "server" }, cancellationToken);
        return true;
    }
}
