using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>From roles to patterns to permissions: the chains by which somebody holds something, as the database has them now.</summary>
internal static class PermissionReasons
{
    private const string RolesSql = "SELECT r.name, r.permissions FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name";

    /// <summary>Every pattern that the person's roles grant.</summary>
    public static async ValueTask<IReadOnlyList<PermissionReason>> OfUserAsync(SqlSession sql, string userId, CancellationToken cancellationToken)
    {
        var roles = await sql.ListAsync(RolesSql, row => (Name: row.GetString(0), Patterns: Patterns(row.GetString(1))), cancellationToken, userId);
        return [.. roles.SelectMany(role => role.Patterns.Select(pattern => new PermissionReason("role", role.Name, pattern)))];
    }

    /// <summary>The permissions of the catalogue that the patterns grant, each with those that do.</summary>
    public static IReadOnlyList<HeldPermission> Expand(CatalogueSnapshot catalogue, IReadOnlyList<PermissionReason> patterns) =>
    [
        .. catalogue.Permissions
            .Select(permission => new HeldPermission(permission.Name, [.. patterns.Where(reason => PermissionPattern.Matches(reason.Pattern, permission.Name))]))
            .Where(held => held.Reasons.Count > 0),
    ];

    /// <summary>The patterns in a column.</summary>
    public static List<string> Patterns(string json) => JsonSerializer.Deserialize(json, StorageJson.Default.ListString)!;
}
