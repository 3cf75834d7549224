using System.Globalization;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Looks people up for administrators: lists by keyset, which cost the same for a thousand and for a million, and one person as a whole.</summary>
public sealed class People(Database database, Catalogue catalogue, Cursors cursors, ServerOptions options, TimeProvider time)
{
    private const int Most = 200;

    private const string DetailSql = """
        SELECT created, last_sign_in, password_hash IS NOT NULL, password_changed, lockout_end, factor_lockout_end,
               (SELECT COUNT(*) FROM backup_codes b WHERE b.user_id = users.id AND b.used IS NULL)
        FROM users WHERE id = $1
        """;

    private const string FactorSql = """
        SELECT 'passkey', id, name, created, last_used FROM passkeys WHERE user_id = $1
        UNION ALL SELECT 'authenticator', id, name, created, last_used FROM authenticators WHERE user_id = $1
        """;

    private const string ActivitySql = """
        SELECT sequence, at, name, actor, client_id, session_id, address, detail FROM audit_events
        WHERE user_id = $1 AND (at < $2 OR (at = $2 AND sequence < $3)) ORDER BY at DESC, sequence DESC LIMIT $4
        """;

    /// <summary>A part of the list.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid: order, role or cursor.</exception>
    public async Task<Page<PersonSummary>> ListAsync(Operator who, PeopleQuery query, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewUsers);
        await using var sql = await database.ReadAsync(cancellationToken);
        return await PeopleList.ReadAsync(sql, cursors, query, after, limit, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>The id of the account with this user name, or this id; null when there is none.</summary>
    public async Task<string?> FindIdAsync(Operator who, string nameOrId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewUsers);
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync("SELECT id FROM users WHERE normalized_user_name = $1 OR id = $2", row => row.GetString(0), cancellationToken, UserNames.Normalize(nameOrId), nameOrId);
    }

    /// <summary>A person.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<PersonDetails> GetAsync(Operator who, string userId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewUsers);
        var snapshot = await catalogue.CurrentAsync();
        await using var sql = await database.ReadAsync(cancellationToken);
        var account = await Accounts.FindAsync(sql, userId, cancellationToken) ?? throw AdministrationException.NotFound("account");
        var roles = await PermissionReasons.OfUserAsync(sql, userId, cancellationToken);
        var factors = await sql.ListAsync(FactorSql, row => new PersonFactor(row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3), row.OptionalTime(4)), cancellationToken, userId);
        var details = await sql.FirstAsync<PersonDetails?>(DetailSql, row => new PersonDetails
        {
            Account = account, Created = row.Time(0), LastSignIn = row.OptionalTime(1), HasPassword = row.GetBoolean(2), PasswordChanged = row.OptionalTime(3),
            LockedUntil = Future(row.OptionalTime(4)), FactorsLockedUntil = Future(row.OptionalTime(5)), BackupCodes = (int)row.GetInt64(6), Factors = factors,
            Permissions = PermissionReasons.Expand(snapshot, roles), MayBeChanged = MayChange(who, roles), Version = PersonDetails.VersionOf(account),
        }, cancellationToken, userId);
        return details ?? throw AdministrationException.NotFound("account");
    }

    /// <summary>The person's living sessions, last seen first; at most 200.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<IReadOnlyList<PersonSession>> SessionsAsync(Operator who, string userId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        await using var sql = await database.ReadAsync(cancellationToken);
        await RequireAsync(sql, userId, cancellationToken);
        var now = time.GetUtcNow();
        return await sql.ListAsync($"""
            SELECT id, user_agent, address, acr, created, last_seen, expires FROM sessions
            WHERE user_id = $1 AND ended IS NULL AND expires > $2 AND last_seen > $3 ORDER BY last_seen DESC, id LIMIT {Most}
            """, row => new PersonSession(row.GetString(0), row.Text(1), row.Text(2), row.GetString(3), row.Time(4), row.Time(5), row.Time(6)), cancellationToken,
            userId, now, now - options.Lifetimes.SessionIdle);
    }

    /// <summary>What the person granted and that lives, last used first; at most 200.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<IReadOnlyList<PersonGrantSummary>> GrantsAsync(Operator who, string userId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSessions);
        await using var sql = await database.ReadAsync(cancellationToken);
        await RequireAsync(sql, userId, cancellationToken);
        return await sql.ListAsync($"""
            SELECT id, client_id, scope, is_offline, created, last_used, expires FROM authorizations
            WHERE user_id = $1 AND ended IS NULL AND expires > $2 ORDER BY last_used DESC, id LIMIT {Most}
            """, row => new PersonGrantSummary(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.Time(4), row.Time(5), row.Time(6)), cancellationToken,
            userId, time.GetUtcNow());
    }

    /// <summary>What the audit trail says of the person, newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found; invalid cursor.</exception>
    public async Task<Page<PersonEvent>> ActivityAsync(Operator who, string userId, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        var list = $"activity {userId}";
        var from = cursors.Read(list, after);
        await using var sql = await database.ReadAsync(cancellationToken);
        await RequireAsync(sql, userId, cancellationToken);
        var items = await sql.ListAsync(ActivitySql,
            row => new PersonEvent(row.GetInt64(0), row.Time(1), row.GetString(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Text(7)), cancellationToken,
            userId, from is null ? long.MaxValue : Number(from[0]), from is null ? long.MaxValue : Number(from[1]), (long)limit + 1);
        return cursors.Page(list, items, limit, item => [item.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), item.Sequence.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>What a profile in the database says of the name.</summary>
    internal static string? NameIn(string profile) => JsonSerializer.Deserialize(profile, StorageJson.Default.UserProfile)!.Name;

    internal static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture); // out of a cursor, which nobody forges

    private static async ValueTask RequireAsync(SqlSession sql, string userId, CancellationToken cancellationToken)
    {
        if (await sql.FirstAsync("SELECT id FROM users WHERE id = $1", row => row.GetString(0), cancellationToken, userId) is null) throw AdministrationException.NotFound("account");
    }

    private static bool MayChange(Operator who, IReadOnlyList<PermissionReason> roles)
    {
        try
        {
            who.RequireOver([.. roles.Select(role => role.Pattern)]);
            return who.Holds(ManagementPermissions.ManageUsers);
        }
        catch (AdministrationException)
        {
            return false;
        }
    }

    private DateTimeOffset? Future(DateTimeOffset? moment) => moment > time.GetUtcNow() ? moment : null;
}
