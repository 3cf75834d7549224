using System.Data.Common;
using System.Globalization;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The list of people by keyset: each part begins where an index finds the end of the one before. No offset, no count.</summary>
/// <remarks>
/// A list is a row of phases, each the walk along one index: names; or those found by name, then those found by address; or those who signed in, then those who never did.
/// A role that few have is looked up by its own index, and so are second factors while few have one; what many have is met on the way.
/// </remarks>
internal static class PeopleList
{
    private const int Few = 2000;
    private const int RolesAtOnce = 50;

    // Not EXISTS: for that PostgreSQL would first read all factors of everybody, not knowing that a page is short.
    private const string HasFactor = "COALESCE((SELECT 1 FROM authenticators a WHERE a.user_id = u.id LIMIT 1), (SELECT 1 FROM passkeys p WHERE p.user_id = u.id LIMIT 1)) IS NOT NULL";

    private const string Columns = $"""
        u.id, u.user_name, u.email, u.email_confirmed, u.profile, u.is_disabled, u.lockout_end, u.delete_after, u.created, u.last_sign_in,
        {HasFactor}, u.normalized_user_name, u.normalized_email
        """;

    private static readonly string RolesSql =
        $"SELECT ur.user_id, r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id IN ({string.Join(", ", Enumerable.Range(1, RolesAtOnce).Select(number => $"${number}"))}) ORDER BY r.name";

    /// <summary>Reads a part.</summary>
    public static async ValueTask<Page<PersonSummary>> ReadAsync(SqlSession sql, Cursors cursors, PeopleQuery query, string? after, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (query.Order is not null && !PeopleQuery.Orders.Contains(query.Order)) throw AdministrationException.Invalid("sort", "unknown", $"Sort by one of: {string.Join(", ", PeopleQuery.Orders)}");
        if (query.Search is { Length: > 256 }) throw AdministrationException.Invalid("search", "too_long", $"No name and no address is that long");
        if (query is { Search: not null, Order: not (null or "name") }) throw AdministrationException.Invalid("sort", "search", $"What is searched for is sorted by name");
        var list = Versions.Of("people", query.Search, query.Role, query.IsDisabled, query.HasSecondFactor, query.IsLocked, query.IsToBeDeleted, query.Order);
        var position = cursors.Read(list, after);
        if (query.Role is { } role && query == new PeopleQuery { Role = role }) return await OfRoleAsync(sql, cursors, list, role, position, limit, cancellationToken);
        List<object?> values = [];
        var (filter, isSorted) = await FilterAsync(sql, query, now, values, cancellationToken);
        var phases = await PhasesAsync(sql, query, isSorted, values, cancellationToken);

        List<(PersonSummary Person, List<string> Position)> found = [];
        for (var phase = position is null ? 0 : int.Parse(position[0], CultureInfo.InvariantCulture); phase < phases.Length && found.Count <= limit; phase++)
        {
            List<object?> all = [.. values];
            var (where, order) = phases[phase].Write(position, all);
            position = null; // the phases after it begin at their beginning
            var number = phase;
            var end = $"{filter}{where} ORDER BY {order} LIMIT {Parameter(all, (long)limit + 1 - found.Count)}";
            // What has to be sorted is sorted before anything else of it is read.
            found.AddRange(await sql.ListAsync($"SELECT {Columns} FROM users u WHERE {(isSorted ? $"u.id IN (SELECT u.id FROM users u WHERE {end}) ORDER BY {order}" : end)}",
                row => (Read(row), phases[number].PositionOf(number, row)), cancellationToken, [.. all]));
        }

        var page = cursors.Page(list, found, limit, item => item.Position);
        return new Page<PersonSummary>(await WithRolesAsync(sql, page.Items.Select(item => item.Person).ToList(), cancellationToken), page.Next);
    }

    // Who only asks for a role gets its people in the order of its index: a part costs the same whether ten have it or a million.
    private static async ValueTask<Page<PersonSummary>> OfRoleAsync(SqlSession sql, Cursors cursors, string list, string role, IReadOnlyList<string>? position, int limit, CancellationToken cancellationToken)
    {
        var found = await sql.ListAsync($"""
            SELECT {Columns} FROM users u
            WHERE u.id IN (SELECT ur.user_id FROM user_roles ur WHERE ur.role_id = $1 AND ur.user_id > $2 ORDER BY ur.user_id LIMIT $3) ORDER BY u.id
            """, Read, cancellationToken, await RoleIdAsync(sql, role, cancellationToken), position?[0] ?? string.Empty, (long)limit + 1);
        var page = cursors.Page(list, found, limit, person => [person.Id]);
        return page with { Items = await WithRolesAsync(sql, page.Items, cancellationToken) };
    }

    private static async ValueTask<string> RoleIdAsync(SqlSession sql, string role, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT id FROM roles WHERE normalized_name = $1", row => row.GetString(0), cancellationToken, role.ToUpperInvariant())
            ?? throw AdministrationException.Invalid("role", "unknown", $"There is no role \"{role}\"");

    private static async ValueTask<(string Filter, bool IsSorted)> FilterAsync(SqlSession sql, PeopleQuery query, DateTimeOffset now, List<object?> values, CancellationToken cancellationToken)
    {
        var (filter, isSorted) = ("", false);
        if (query.Role is { } role)
        {
            var id = await RoleIdAsync(sql, role, cancellationToken);
            var parameter = Parameter(values, id);
            isSorted = await IsFewAsync(sql, "user_roles WHERE role_id = $1", cancellationToken, id);
            filter += isSorted
                ? $"u.id IN (SELECT ur.user_id FROM user_roles ur WHERE ur.role_id = {parameter}) AND "
                : $"(SELECT 1 FROM user_roles ur WHERE ur.user_id = u.id AND ur.role_id = {parameter} LIMIT 1) IS NOT NULL AND ";
        }

        // Written out, so that an index over just these can be used: they run by name and by age, so that in another order few are sorted, and many are met on the walk.
        foreach (var (isAsked, which) in ((bool?, string)[])[(query.IsDisabled, "is_disabled"), (query.IsToBeDeleted, "delete_after IS NOT NULL"), (query.IsLocked, "lockout_end IS NOT NULL")])
        {
            if (!isSorted && isAsked == true && query.Order is "last_sign_in" or "-last_sign_in") isSorted = await IsFewAsync(sql, $"users WHERE {which}", cancellationToken);
        }

        if (query.IsDisabled is { } disabled) filter += disabled ? "u.is_disabled AND " : "NOT u.is_disabled AND ";
        if (query.IsToBeDeleted is { } leaving) filter += leaving ? "u.delete_after IS NOT NULL AND " : "u.delete_after IS NULL AND ";
        if (query.IsLocked is { } locked)
            filter += locked ? $"u.lockout_end IS NOT NULL AND u.lockout_end > {Parameter(values, now)} AND " : $"(u.lockout_end IS NULL OR u.lockout_end <= {Parameter(values, now)}) AND ";
        if (query.HasSecondFactor is { } factor)
        {
            var isFew = factor && await IsFewAsync(sql, "authenticators", cancellationToken) && await IsFewAsync(sql, "passkeys", cancellationToken);
            isSorted |= isFew;
            filter += isFew ? "u.id IN (SELECT a.user_id FROM authenticators a UNION SELECT p.user_id FROM passkeys p) AND "
                : factor ? $"{HasFactor} AND " : $"NOT ({HasFactor}) AND ";
        }

        return (filter, isSorted);
    }

    private static async ValueTask<bool> IsFewAsync(SqlSession sql, string which, CancellationToken cancellationToken, params object?[] values) =>
        await sql.FirstAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM {which} LIMIT {Few + 1}) few", row => row.GetInt64(0), cancellationToken, values) <= Few;

    private static async ValueTask<PeoplePhase[]> PhasesAsync(SqlSession sql, PeopleQuery query, bool isSorted, List<object?> values, CancellationToken cancellationToken)
    {
        var isDown = query.Order is ['-', ..];
        if (query.Search is not { Length: > 0 } search)
        {
            var bare = isSorted ? "+" : ""; // "+": the index of the order is not offered, since it leads past everybody else
            PeoplePhase never = new($"{bare}u.last_sign_in IS NULL", "u.id", null, false);
            PeoplePhase signedIn = new($"{bare}u.last_sign_in IS NOT NULL", $"{bare}u.last_sign_in", "u.id", isDown);
            return query.Order?.TrimStart('-') switch
            {
                "created" => [new("1 = 1", $"{bare}u.created", "u.id", isDown)],
                "last_sign_in" => isDown ? [signedIn, never] : [never, signedIn],
                _ => [new("1 = 1", "u.normalized_user_name", null, isDown)],
            };
        }

        if (await sql.FirstAsync("SELECT id FROM users WHERE id = $1", row => row.GetString(0), cancellationToken, search) is not null)
            return [new($"u.id = {Parameter(values, search)}", "u.id", null, false)];
        var typed = UserNames.Normalize(search);

        // Both columns are compared by code points on either database, so that what begins with a text is one stretch of the index, with an end that can be named.
        var (begin, end) = (Parameter(values, typed), Parameter(values, typed + "\U0010FFFF"));
        string Begins(string column) => $"{column} >= {begin} AND {column} < {end}";
        return
        [
            new(Begins("u.normalized_user_name"), "u.normalized_user_name", null, false),
            new($"{Begins("u.normalized_email")} AND NOT ({Begins("u.normalized_user_name")})", "u.normalized_email", "u.id", false),
        ];
    }

    private static PersonSummary Read(DbDataReader row) => new()
    {
        Id = row.GetString(0), UserName = row.GetString(1), Email = row.Text(2), EmailVerified = row.GetBoolean(3), Name = People.NameIn(row.GetString(4)), IsDisabled = row.GetBoolean(5),
        LockedUntil = row.OptionalTime(6), DeleteAfter = row.OptionalTime(7), Created = row.Time(8), LastSignIn = row.OptionalTime(9), HasSecondFactor = row.GetBoolean(10),
    };

    private static async ValueTask<IReadOnlyList<PersonSummary>> WithRolesAsync(SqlSession sql, IReadOnlyList<PersonSummary> people, CancellationToken cancellationToken)
    {
        List<(string UserId, string Name)> roles = [];
        foreach (var some in people.Chunk(RolesAtOnce))
        {
            // Always as many parameters, so that there is one prepared statement.
            object?[] ids = [.. some.Select(person => person.Id), .. Enumerable.Repeat(string.Empty, RolesAtOnce - some.Length)];
            roles.AddRange(await sql.ListAsync(RolesSql, row => (row.GetString(0), row.GetString(1)), cancellationToken, ids));
        }

        var known = roles.ToLookup(role => role.UserId, role => role.Name);
        return [.. people.Select(person => person with { Roles = [.. known[person.Id]] })];
    }

    internal static string Parameter(List<object?> values, object? value)
    {
        values.Add(value);
        return $"${values.Count}";
    }
}
