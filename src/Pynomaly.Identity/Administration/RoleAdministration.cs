using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Roles, and who has them. Who changes or gives a role holds, of what it grants over this server, everything, before the change and after it; nobody raises themselves; the last owner stays.</summary>
public sealed class RoleAdministration(
    Database database, Catalogue catalogue, Cursors cursors, TokenRevoker revoker, ChangeFeed feed, AuditTrail audit, TimeProvider time, ILogger<RoleAdministration> logger)
{
    private const int MostPatterns = 500;
    private static readonly TimeSpan UntilAllNodesKnow = TimeSpan.FromSeconds(1.1);

    /// <summary>A part of the list of roles, by name.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid cursor.</exception>
    public async Task<Page<RoleDetails>> ListAsync(Operator who, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        var from = cursors.Read("roles", after);
        var snapshot = await catalogue.CurrentAsync();
        await using var sql = await database.ReadAsync(cancellationToken);
        var roles = await sql.ListAsync("SELECT id, name, description, permissions, require_second_factor FROM roles WHERE normalized_name > $1 ORDER BY normalized_name LIMIT $2",
            row => new StoredRole(row.GetString(0), row.GetString(1), row.Text(2), PermissionReasons.Patterns(row.GetString(3)), row.GetBoolean(4)), cancellationToken,
            from?[0] ?? string.Empty, (long)limit + 1);
        return cursors.Page("roles", roles.ConvertAll(role => DetailsOf(who, role, snapshot)), limit, role => [role.Name.ToUpperInvariant()]);
    }

    /// <summary>A role.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<RoleDetails> GetAsync(Operator who, string name, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        var snapshot = await catalogue.CurrentAsync();
        await using var sql = await database.ReadAsync(cancellationToken);
        return DetailsOf(who, await StoredRole.FindAsync(sql, name, cancellationToken) ?? throw AdministrationException.NotFound("role"), snapshot);
    }

    /// <summary>What patterns would grant, before a role with them is made.</summary>
    public async Task<IReadOnlyList<PatternExpansion>> ExpandAsync(Operator who, IReadOnlyList<string> patterns)
    {
        who.Require(ManagementPermissions.ViewRoles);
        return Expand(patterns, await catalogue.CurrentAsync());
    }

    /// <summary>A part of the list of those who have the role.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found; invalid cursor.</exception>
    public async Task<Page<Holder>> HoldersAsync(Operator who, string name, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewRoles);
        await using var sql = await database.ReadAsync(cancellationToken);
        var role = await StoredRole.FindAsync(sql, name, cancellationToken) ?? throw AdministrationException.NotFound("role");
        return await Holders.ReadAsync(sql, cursors, $"holders of role {role.Id}", [role.Id], after, limit, cancellationToken);
    }

    /// <summary>Makes a role.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid; conflict: there is one of that name.</exception>
    public async Task<RoleDetails> CreateAsync(Operator who, string name, RoleChange content, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        if (!Rules.IsRoleName(name)) throw AdministrationException.Invalid("name", "no_role_name", $"A role's name has letters, digits, \"_\", \"-\" and \".\", at most 64");
        Check(content);
        IReadOnlyList<string> patterns = [.. (content.Permissions ?? []).Distinct(StringComparer.Ordinal)];
        who.RequireToGrant(patterns);
        var role = new StoredRole(Guid.CreateVersion7().ToString(), name, Blank(content.Description), patterns, content.RequireSecondFactor ?? false);
        await database.WriteAsync(async (sql, stop) =>
        {
            var rows = await sql.ExecuteAsync("""
                INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions, require_second_factor) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (normalized_name) DO NOTHING
                """, stop, role.Id, role.Name, role.Name.ToUpperInvariant(), Guid.CreateVersion7().ToString(), role.Description, Write(role.Patterns), role.RequireSecondFactor);
            if (rows == 0) throw AdministrationException.Conflict("role_exists", $"There is a role \"{name}\" already");
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
            await audit.WriteAsync(sql, who.Entry(Log.RoleMade) with { Detail = Details.Of("role", name, ("permissions", string.Join(' ', role.Patterns))) }, stop);
            return true;
        }, cancellationToken);
        feed.Look();
        Log.RoleCreated(logger, name, who.Id);
        return DetailsOf(who, role, await catalogue.CurrentAsync());
    }

    /// <summary>Changes a role. What it gains over this server ends links made before, of its holders and of who is invited to it. Tokens that are made within a second carry what it grants then; with "endTokens" those that live end too, and are made anew from refresh tokens.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, invalid, changed; conflict: the last owner.</exception>
    public async Task<RoleDetails> ChangeAsync(Operator who, string name, RoleChange change, bool endTokens, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        Check(change);
        var role = await database.WriteAsync((sql, stop) => LastOwner.KeepAsync(sql, async () =>
        {
            var before = await StoredRole.LockAsync(sql, name, expected, stop);
            IReadOnlyList<string> patterns = change.Permissions is null ? before.Patterns : [.. change.Permissions.Distinct(StringComparer.Ordinal)];
            who.RequireToGrant(before.Patterns); // who cannot give it must not take it from others either
            who.RequireToGrant(patterns);
            if (await HasAsync(sql, who.Id, before.Id, stop)) who.RequireToHave([.. patterns.Except(before.Patterns)]);
            var after = before with { Description = change.Description is null ? before.Description : Blank(change.Description), Patterns = patterns, RequireSecondFactor = change.RequireSecondFactor ?? before.RequireSecondFactor };
            if (after.Version == before.Version) return after;
            await sql.ExecuteAsync("UPDATE roles SET description = $1, permissions = $2, require_second_factor = $3, concurrency_stamp = $4 WHERE id = $5", stop,
                after.Description, Write(patterns), after.RequireSecondFactor, Guid.CreateVersion7().ToString(), after.Id);
            if (Promotion.Is(before.Patterns, patterns)) await Promotion.EndLinksOfRoleAsync(sql, before.Id, before.Name, time.GetUtcNow(), stop);
            await audit.WriteAsync(sql, who.Entry(Log.RoleEdited) with
            {
                Detail = Details.Of("role", after.Name, ("added", Join(patterns.Except(before.Patterns))), ("removed", Join(before.Patterns.Except(patterns)))),
            }, stop);
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop); // after the entry, whose event takes its turn: as those do who end grants first
            return after;
        }, stop), cancellationToken);
        feed.Look();
        Log.RoleChanged(logger, role.Name, who.Id);
        if (endTokens) await EndTokensAsync(role.Id, cancellationToken);
        return DetailsOf(who, role, await catalogue.CurrentAsync());
    }

    /// <summary>Deletes a role. While somebody has it, only when asked to take it from them; with "endTokens" their living tokens end too.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, changed; conflict: somebody has it, or the last owner.</exception>
    public async Task DeleteAsync(Operator who, string name, bool takeAway, bool endTokens, string? expected, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageRoles);
        if (endTokens && takeAway)
        {
            // While the role still says who has it; what is made until it is gone is caught by nothing but its own lifetime, so the role is emptied first.
            expected = (await ChangeAsync(who, name, new RoleChange { Permissions = [] }, true, expected, cancellationToken)).Version;
        }

        var role = await database.WriteAsync((sql, stop) => LastOwner.KeepAsync(sql, async () =>
        {
            var before = await StoredRole.LockAsync(sql.Patient(), name, expected, stop); // a million people may have it
            who.RequireToGrant(before.Patterns);
            if (!takeAway && await sql.FirstAsync("SELECT user_id FROM user_roles WHERE role_id = $1 LIMIT 1", row => row.GetString(0), stop, before.Id) is not null)
                throw AdministrationException.Conflict("role_held", $"Somebody has this role. Take it from them first, or ask for that with the deletion");
            await sql.ExecuteAsync("DELETE FROM user_roles WHERE role_id = $1", stop, before.Id);
            await sql.ExecuteAsync("DELETE FROM role_claims WHERE role_id = $1", stop, before.Id);
            await sql.ExecuteAsync("DELETE FROM roles WHERE id = $1", stop, before.Id);
            await audit.WriteAsync(sql, who.Entry(Log.RoleRemoved) with { Detail = Details.Of("role", before.Name, ("permissions", string.Join(' ', before.Patterns))) }, stop);
            await sql.ExecuteAsync(ChangeFeed.BumpSql, stop); // after the entry, as above
            return before;
        }, stop), cancellationToken);
        feed.Look();
        Log.RoleDeleted(logger, role.Name, who.Id);
    }

    /// <summary>Gives a person a role. One over this server ends the links that were made for the account before: who made them may not touch it any more.</summary>
    /// <returns>False when they had it.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, invalid.</exception>
    public async Task<bool> AssignAsync(Operator who, string userId, string name, CancellationToken cancellationToken)
    {
        var given = await database.WriteAsync(async (sql, stop) =>
        {
            var role = await StoredRole.RequireToGiveAsync(sql, who, name, stop);
            var before = (await TouchedAccount.RequireAsync(sql, who, userId, null, stop)).Patterns;
            if (who.Id == userId) who.RequireToHave(role.Patterns);
            if (await sql.ExecuteAsync("INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2) ON CONFLICT (user_id, role_id) DO NOTHING", stop, userId, role.Id) == 0) return false;
            if (Promotion.Is(before, [.. before, .. role.Patterns])) await Promotion.EndLinksAsync(sql, userId, time.GetUtcNow(), stop);
            await audit.WriteAsync(sql, who.Entry(Log.Assigned) with { UserId = userId, Detail = Details.Of("role", role.Name) }, stop);
            return true;
        }, cancellationToken);
        if (given) Log.RoleAssigned(logger, userId, name, who.Id);
        return given;
    }

    /// <summary>Takes a role from a person: new tokens are without it at once; with "endTokens" those that live end too.</summary>
    /// <returns>False when they did not have it.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found, invalid; conflict: the last owner.</exception>
    public async Task<bool> UnassignAsync(Operator who, string userId, string name, bool endTokens, CancellationToken cancellationToken)
    {
        var taken = await database.WriteAsync((sql, stop) => LastOwner.KeepAsync(sql, async () =>
        {
            var role = await StoredRole.RequireToGiveAsync(sql, who, name, stop);
            await TouchedAccount.RequireAsync(sql, who, userId, null, stop);
            if (await sql.ExecuteAsync("DELETE FROM user_roles WHERE user_id = $1 AND role_id = $2", stop, userId, role.Id) == 0) return false;
            if (endTokens) await revoker.EndAccessTokensAsync(sql, userId, stop);
            await audit.WriteAsync(sql, who.Entry(Log.Unassigned) with { UserId = userId, Detail = Details.Of("role", role.Name, ("tokens", endTokens ? "ended" : null)) }, stop);
            return true;
        }, stop), cancellationToken);
        if (!taken) return false;
        revoker.TokensEnded();
        Log.RoleUnassigned(logger, userId, name, who.Id);
        return true;
    }

    // Twice: other nodes may have made tokens by what the role granted for a second more.
    private async Task EndTokensAsync(string roleId, CancellationToken cancellationToken)
    {
        for (var round = 0; round < 2; round++)
        {
            if (round == 1) await Task.Delay(UntilAllNodesKnow, time, cancellationToken);
            for (var last = ""; last is not null; last = await revoker.EndAccessTokensOfRoleAsync(roleId, last, cancellationToken)) cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async ValueTask<bool> HasAsync(SqlSession sql, string userId, string roleId, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT user_id FROM user_roles WHERE user_id = $1 AND role_id = $2", row => row.GetString(0), cancellationToken, userId, roleId) is not null;

    private static RoleDetails DetailsOf(Operator who, StoredRole role, CatalogueSnapshot snapshot)
    {
        var expansion = Expand(role.Patterns, snapshot);
        return new RoleDetails
        {
            Name = role.Name, Description = role.Description, Patterns = expansion, Permissions = [.. expansion.SelectMany(one => one.Permissions).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            RequireSecondFactor = role.RequireSecondFactor, IsAdministrators = ManagementPermissions.Of(role.Patterns).Any(), IsOwners = role.Patterns.Contains(Owners.Everything),
            MayBeGiven = MayGive(who, role.Patterns), Version = role.Version,
        };
    }

    private static IReadOnlyList<PatternExpansion> Expand(IReadOnlyList<string> patterns, CatalogueSnapshot snapshot) =>
        [.. patterns.Select(pattern => new PatternExpansion(pattern, [.. snapshot.Permissions.Select(permission => permission.Name).Where(permission => PermissionPattern.Matches(pattern, permission))]))];

    private static bool MayGive(Operator who, IReadOnlyCollection<string> patterns)
    {
        try
        {
            who.Require(ManagementPermissions.AssignRoles);
            who.RequireToGrant(patterns);
            return true;
        }
        catch (AdministrationException)
        {
            return false;
        }
    }

    private static void Check(RoleChange content)
    {
        if (content.Description is { Length: > 500 }) throw AdministrationException.Invalid("description", "too_long", $"At most {500} characters");
        if (content.Permissions is { Count: > MostPatterns }) throw AdministrationException.Invalid("permissions", "too_many", $"At most {MostPatterns}");
        foreach (var pattern in content.Permissions ?? [])
            if (!PermissionPattern.IsWellFormed(pattern)) throw AdministrationException.Invalid("permissions", "malformed", $"\"{pattern}\" is not a permission or a pattern of them. Write verb:resource; either may be \"*\", for example read:*");
    }

    private static string Write(IReadOnlyList<string> patterns) => JsonSerializer.Serialize([.. patterns], StorageJson.Default.ListString);

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Join(IEnumerable<string> patterns) => string.Join(' ', patterns) is { Length: > 0 } text ? text : null;
}
