using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Roles and scopes as they stand in the batch's transaction, and as the batch adds to them.</summary>
internal sealed class ImportCatalogue
{
    private readonly Dictionary<string, (string Id, IReadOnlyList<string> Patterns)> roles = new(StringComparer.Ordinal);

    private ImportCatalogue()
    {
    }

    public Dictionary<string, Scope> Scopes { get; } = new(StringComparer.Ordinal);

    /// <summary>What scopes and clients open over this server.</summary>
    public Reach Reach { get; private set; } = null!;

    public static async ValueTask<ImportCatalogue> ReadAsync(SqlSession sql, CancellationToken cancellationToken)
    {
        var catalogue = new ImportCatalogue();
        foreach (var (id, name, permissions) in await sql.ListAsync("SELECT id, name, permissions FROM roles", row => (row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken))
            catalogue.AddRole(id, name, JsonSerializer.Deserialize(permissions, StorageJson.Default.ListString)!);
        foreach (var scope in await Administration.Scopes.ListAsync(sql, cancellationToken)) catalogue.Scopes.Add(scope.Name, scope);
        catalogue.Reach = new Reach(catalogue.Scopes, (await Permissions.ListAsync(sql, cancellationToken)).ToDictionary(permission => permission.Name, StringComparer.Ordinal));
        return catalogue;
    }

    public void AddRole(string id, string name, IReadOnlyList<string> patterns) => roles[name.ToUpperInvariant()] = (id, patterns);

    public (string Id, IReadOnlyList<string> Patterns)? FindRole(string name) => roles.TryGetValue(name.ToUpperInvariant(), out var role) ? role : null;

    /// <summary>Goes on only for who may give a role with these patterns.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public static void RequireToGive(Operator who, IReadOnlyList<string> patterns)
    {
        who.Require(ManagementPermissions.AssignRoles);
        who.RequireToGrant(patterns);
    }

    /// <summary>Whether patterns reach this server itself.</summary>
    public static bool Manages(IReadOnlyCollection<string> patterns) =>
        ManagementPermissions.Of(patterns).Any() || patterns.Any(pattern => PermissionPattern.IsWellFormed(pattern) && ManagementPermissions.Contains(pattern));
}
