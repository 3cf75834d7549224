using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Who may do what, and why: from a subject by its roles and their patterns to permissions, and from a permission back to everybody who holds it.</summary>
public sealed class Explanations(Database database, Catalogue catalogue, ClientDirectory clients, Cursors cursors)
{
    private const string KeySql = "SELECT id, name, user_id, client_id, permissions, revoked FROM api_keys WHERE id = $1";

    /// <summary>What a person, client or API key may do; about one permission, or all that it holds.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found; invalid: there is no such permission.</exception>
    public async Task<SubjectExplanation> ExplainAsync(Operator who, string subject, string? permission, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        var snapshot = await catalogue.CurrentAsync();
        if (permission is not null && snapshot.FindPermission(permission) is null) throw AdministrationException.Invalid("permission", "unknown", $"There is no permission \"{permission}\"");
        await using var sql = await database.ReadAsync(cancellationToken);
        var found = await OfPersonAsync(sql, subject, snapshot, cancellationToken)
            ?? await OfClientAsync(subject, snapshot, cancellationToken)
            ?? await OfKeyAsync(sql, subject, snapshot, cancellationToken)
            ?? throw AdministrationException.NotFound("person, client or API key");
        return permission is null ? found : found with { Permissions = [found.Permissions.FirstOrDefault(held => held.Permission == permission) ?? new HeldPermission(permission, [])] };
    }

    /// <summary>A part of the list of people who hold the permission. Clients and keys: <see cref="PermissionAdministration.GetAsync"/> names the clients.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found; invalid cursor.</exception>
    public async Task<Page<PermissionHolder>> HoldersAsync(Operator who, string permission, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        await using var sql = await database.ReadAsync(cancellationToken);
        if (await sql.FirstAsync("SELECT name FROM permissions WHERE name = $1", row => row.GetString(0), cancellationToken, permission) is null) throw AdministrationException.NotFound("permission");
        var roles = (await Roles.ListAsync(sql, cancellationToken))
            .Select(role => (role.Id, role.Name, Patterns: role.Permissions.Where(pattern => PermissionPattern.Matches(pattern, permission)).ToList())).Where(role => role.Patterns.Count > 0).ToList();
        var page = await Holders.ReadAsync(sql, cursors, $"holders of {permission}", [.. roles.Select(role => role.Id)], after, limit, cancellationToken);
        return new Page<PermissionHolder>(
            [
                .. page.Items.Select(holder => new PermissionHolder(holder.Id, holder.UserName, holder.Email, holder.IsDisabled,
                    [.. roles.Where(role => holder.Roles.Contains(role.Name)).SelectMany(role => role.Patterns.Select(pattern => new PermissionReason("role", role.Name, pattern)))])),
            ], page.Next);
    }

    private static async ValueTask<SubjectExplanation?> OfPersonAsync(SqlSession sql, string subject, CatalogueSnapshot snapshot, CancellationToken cancellationToken)
    {
        var id = await sql.FirstAsync("SELECT id FROM users WHERE id = $1 OR normalized_user_name = $2", row => row.GetString(0), cancellationToken, subject, UserNames.Normalize(subject));
        if (id is null || await Accounts.FindAsync(sql, id, cancellationToken) is not { } account) return null;
        return new SubjectExplanation
        {
            Kind = "person", Id = id, Name = account.UserName, IsShut = account.IsDisabled, Roles = account.Roles,
            Permissions = PermissionReasons.Expand(snapshot, await PermissionReasons.OfUserAsync(sql, id, cancellationToken)),
        };
    }

    private async ValueTask<SubjectExplanation?> OfClientAsync(string subject, CatalogueSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (await clients.FindAsync(subject, cancellationToken) is not { } client) return null;
        return new SubjectExplanation
        {
            Kind = "client", Id = client.ClientId, Name = client.DisplayName, IsShut = !client.IsEnabled, Permissions = PermissionReasons.Expand(snapshot, PatternsOf(client)),
        };
    }

    // A key holds what it is cut to and its owner holds: both chains are told.
    private async ValueTask<SubjectExplanation?> OfKeyAsync(SqlSession sql, string subject, CatalogueSnapshot snapshot, CancellationToken cancellationToken)
    {
        var key = await sql.FirstAsync<ApiKeyRow?>(KeySql, row => new(row.GetString(0), row.GetString(1), row.Text(2), row.Text(3), PermissionReasons.Patterns(row.GetString(4)), row.OptionalTime(5) is not null), cancellationToken, subject);
        if (key is null) return null;
        IReadOnlyList<PermissionReason> owner = key.UserId is { } user ? await PermissionReasons.OfUserAsync(sql, user, cancellationToken)
            : key.ClientId is { } client && await clients.FindAsync(client, cancellationToken) is { } application ? PatternsOf(application) : [];
        var held = PermissionReasons.Expand(snapshot, owner).ToDictionary(one => one.Permission, one => one.Reasons, StringComparer.Ordinal);
        var cut = PermissionReasons.Expand(snapshot, [.. key.Patterns.Select(pattern => new PermissionReason("api_key", key.Id, pattern))]);
        return new SubjectExplanation
        {
            Kind = "api_key", Id = key.Id, Name = key.Name, IsShut = key.IsRevoked,
            Permissions = [.. cut.Where(one => held.ContainsKey(one.Permission)).Select(one => one with { Reasons = [.. one.Reasons, .. held[one.Permission]] })],
        };
    }

    private static List<PermissionReason> PatternsOf(Application client) => (client.Metadata.Permissions ?? []).ConvertAll(pattern => new PermissionReason("client", client.ClientId, pattern));

    private sealed record ApiKeyRow(string Id, string Name, string? UserId, string? ClientId, List<string> Patterns, bool IsRevoked);
}
