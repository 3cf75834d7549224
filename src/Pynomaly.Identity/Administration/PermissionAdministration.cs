using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>The catalogue of permissions: what roles, clients and scopes can speak of.</summary>
public sealed class PermissionAdministration(Database database, Catalogue catalogue, ClientIndex index, ChangeFeed feed, AuditTrail audit, TimeProvider time, ILogger<PermissionAdministration> logger)
{
    private const int MostShown = 100;

    /// <summary>All of them, by the API that they belong to.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<PermissionGroup>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        await using var sql = await database.ReadAsync(cancellationToken);
        var all = await Permissions.ListAsync(sql, cancellationToken);
        return [.. all.GroupBy(permission => permission.Resource).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new PermissionGroup(group.Key, [.. group.Select(SummaryOf)]))];
    }

    /// <summary>A permission, who grants it and what covers it.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<PermissionDetails> GetAsync(Operator who, string name, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        await using var sql = await database.ReadAsync(cancellationToken);
        var permission = await FindAsync(sql, name, cancellationToken) ?? throw AdministrationException.NotFound("permission");
        var roles = await Roles.ListAsync(sql, cancellationToken);
        var patterns = (await index.CurrentAsync(cancellationToken)).ByPattern.Where(one => PermissionPattern.Matches(one.Key, name)).ToList();
        return new PermissionDetails(SummaryOf(permission),
            [.. roles.SelectMany(role => role.Permissions.Where(pattern => PermissionPattern.Matches(pattern, name)).Select(pattern => new PermissionReason("role", role.Name, pattern)))],
            [.. patterns.SelectMany(one => one.Value.Take(MostShown).Select(client => new PermissionReason("client", client, one.Key))).OrderBy(reason => reason.Source, StringComparer.Ordinal).Take(MostShown)],
            patterns.Sum(one => one.Value.Count),
            [.. (await catalogue.CurrentAsync()).Scopes.Where(scope => scope.Covers(permission)).Select(scope => scope.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Enters a permission. Roles whose patterns match grant it from then on.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid; conflict: it is there.</exception>
    public async Task<PermissionSummary> CreateAsync(Operator who, string name, string? description, string? resource, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        if (!PermissionPattern.IsExact(name)) throw AdministrationException.Invalid("name", "no_permission", $"\"{name}\" is not a permission. Write verb:resource, for example read:detectors");
        Check(description, resource);
        var permission = new Permission { Name = name, Description = Blank(description), Resource = Blank(resource) };
        await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.ExecuteAsync("INSERT INTO permissions (name, description, resource) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING", stop, name, permission.Description, permission.Resource) == 0)
                throw AdministrationException.Conflict("permission_exists", $"There is a permission \"{name}\" already");
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await audit.WriteAsync(sql, who.Entry(Log.PermissionMade) with { Detail = Details.Of("permission", name) }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        Log.PermissionCreated(logger, name, who.Id);
        return SummaryOf(permission);
    }

    /// <summary>Describes a permission anew, or says which API it belongs to; null leaves it, empty takes it away.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, invalid, changed; conflict: it is this server's own.</exception>
    public async Task<PermissionSummary> ChangeAsync(Operator who, string name, string? description, string? resource, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        Check(description, resource);
        var permission = await database.WriteAsync(async (sql, stop) =>
        {
            var before = await LockAsync(sql, name, expected, stop);
            var after = new Permission { Name = name, Description = description is null ? before.Description : Blank(description), Resource = resource is null ? before.Resource : Blank(resource) };
            if (after.Resource != before.Resource && ManagementPermissions.Contains(name)) throw AdministrationException.Conflict("permission_of_server", $"A permission over this server belongs to this server"); // a scope of another API must not cover it
            await sql.ExecuteAsync("UPDATE permissions SET description = $1, resource = $2 WHERE name = $3", stop, after.Description, after.Resource, name);
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await audit.WriteAsync(sql, who.Entry(Log.PermissionEdited) with { Detail = Details.Of("permission", name) }, stop);
            return after;
        }, cancellationToken);
        feed.Look();
        Log.PermissionChanged(logger, name, who.Id);
        return SummaryOf(permission);
    }

    /// <summary>Deletes a permission. While a role or a client names it outright, only when asked to take it out there too; patterns stay.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed; conflict: it is this server's own, or somebody names it.</exception>
    public async Task DeleteAsync(Operator who, string name, bool takeAway, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        if (ManagementPermissions.All.Any(one => one.Name == name)) throw AdministrationException.Conflict("permission_asked", $"This server itself asks for this permission");
        await database.WriteAsync(async (sql, stop) =>
        {
            await LockAsync(sql, name, expected, stop);
            await Applications.LockAsync(sql, stop);
            var roles = (await Roles.ListAsync(sql, stop)).Where(role => role.Permissions.Contains(name)).ToList();
            var clients = (await Applications.ListAsync(sql, stop)).Where(client => client.Metadata.Permissions?.Contains(name) is true).ToList();
            if (!takeAway && roles.Count + clients.Count > 0)
                throw AdministrationException.Conflict("permission_named", $"It is named by {string.Join(", ", roles.Select(role => $"the role {role.Name}").Concat(clients.Select(client => $"the client {client.ClientId}")))}. Take it out there first, or ask for that with the deletion");
            foreach (var role in roles)
            {
                who.RequireToGrant(role.Permissions);
                await sql.ExecuteAsync("UPDATE roles SET permissions = $1, concurrency_stamp = $2 WHERE id = $3", stop,
                    JsonSerializer.Serialize([.. role.Permissions.Where(one => one != name)], StorageJson.Default.ListString), Guid.CreateVersion7().ToString(), role.Id);
            }

            foreach (var client in clients)
            {
                var metadata = client.Metadata with { Permissions = [.. client.Metadata.Permissions!.Where(one => one != name)] };
                await sql.ExecuteAsync("UPDATE applications SET metadata = $1, updated = $2 WHERE client_id = $3", stop, JsonSerializer.Serialize(metadata, StorageJson.Default.ClientMetadata), time.GetUtcNow(), client.ClientId);
            }

            await sql.ExecuteAsync("DELETE FROM permissions WHERE name = $1", stop, name);
            foreach (var role in roles) await SecurityEvents.AddRoleAsync(sql, role.Name, time.GetUtcNow(), stop); // takes its turn, so before the number
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await audit.WriteAsync(sql, who.Entry(Log.PermissionRemoved) with { Detail = Details.Of("permission", name) }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        Log.PermissionDeleted(logger, name, who.Id);
    }

    private static ValueTask<Permission?> FindAsync(SqlSession sql, string name, CancellationToken cancellationToken, string locking = "") => sql.FirstAsync<Permission?>(
        "SELECT name, description, resource FROM permissions WHERE name = $1" + (sql.IsSqlite ? "" : locking),
        row => new Permission { Name = row.GetString(0), Description = row.Text(1), Resource = row.Text(2) }, cancellationToken, name);

    private static async ValueTask<Permission> LockAsync(SqlSession sql, string name, string? expected, CancellationToken cancellationToken)
    {
        var permission = await FindAsync(sql, name, cancellationToken, " FOR UPDATE") ?? throw AdministrationException.NotFound("permission");
        Versions.Require(expected, VersionOf(permission));
        return permission;
    }

    private static PermissionSummary SummaryOf(Permission permission) => new(permission.Name, permission.Description, permission.Resource, ManagementPermissions.Contains(permission.Name), VersionOf(permission));

    private static string VersionOf(Permission permission) => Versions.Of(permission.Name, permission.Description, permission.Resource);

    private static void Check(string? description, string? resource)
    {
        if (description is { Length: > 500 }) throw AdministrationException.Invalid("description", "too_long", $"At most {500} characters");
        if (Blank(resource) is { } api && (!Uri.TryCreate(api, UriKind.Absolute, out _) || api.Contains('#', StringComparison.Ordinal) || !api.Contains(':', StringComparison.Ordinal)))
            throw AdministrationException.Invalid("resource", "no_resource", $"Write the absolute address of the API without \"#\", for example https://api.example.org");
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
