using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>A role as the database has it.</summary>
internal sealed record StoredRole(string Id, string Name, string? Description, IReadOnlyList<string> Patterns, bool RequireSecondFactor)
{
    private const string Sql = "SELECT id, name, description, permissions, require_second_factor FROM roles WHERE normalized_name = $1";

    /// <summary>What a change is conditional on.</summary>
    public string Version => Versions.Of(Name, Description, Patterns, RequireSecondFactor.ToString());

    /// <summary>The role; null when there is none.</summary>
    public static ValueTask<StoredRole?> FindAsync(SqlSession sql, string name, CancellationToken cancellationToken) => FindAsync(sql, name, "", cancellationToken);

    /// <summary>The role, which nobody else changes or gives until the end of the transaction.</summary>
    /// <exception cref="AdministrationException">Not found; changed.</exception>
    public static async ValueTask<StoredRole> LockAsync(SqlSession sql, string name, string? expected, CancellationToken cancellationToken)
    {
        var role = await FindAsync(sql, name, " FOR UPDATE", cancellationToken) ?? throw AdministrationException.NotFound("role");
        Versions.Require(expected, role.Version);
        return role;
    }

    /// <summary>A role that the operator may give: who may give roles at all, has proved themselves a moment ago, and holds what it grants over this server.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid.</exception>
    public static async ValueTask<StoredRole> RequireToGiveAsync(SqlSession sql, Operator who, string name, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.AssignRoles);
        var role = await FindAsync(sql, name, " FOR SHARE", cancellationToken) ?? throw AdministrationException.Invalid("roles", "unknown", $"There is no role \"{name}\"");
        who.RequireToGrant(role.Patterns);
        return role;
    }

    private static ValueTask<StoredRole?> FindAsync(SqlSession sql, string name, string locking, CancellationToken cancellationToken) => sql.FirstAsync<StoredRole?>(
        sql.IsSqlite ? Sql : Sql + locking, row => new(row.GetString(0), row.GetString(1), row.Text(2), PermissionReasons.Patterns(row.GetString(3)), row.GetBoolean(4)), cancellationToken, name.ToUpperInvariant());
}
