using System.Globalization;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Those who have one of some roles, by id and keyset. Few are found by their roles; where many have them, they are met on the walk along all people.</summary>
internal static class Holders
{
    private const int Few = 2000;

    /// <summary>Reads a part.</summary>
    public static async ValueTask<Page<Holder>> ReadAsync(SqlSession sql, Cursors cursors, string list, IReadOnlyList<string> roleIds, string? after, int limit, CancellationToken cancellationToken)
    {
        var from = cursors.Read(list, after)?[0] ?? string.Empty;
        if (roleIds.Count == 0) return new Page<Holder>([], null);
        var roles = string.Join(", ", Enumerable.Range(3, roleIds.Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
        object[] values = [from, (long)limit + 1, .. roleIds];
        var counted = string.Join(", ", Enumerable.Range(1, roleIds.Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
        var few = await sql.FirstAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM user_roles WHERE role_id IN ({counted}) LIMIT {Few + 1}) few", row => row.GetInt64(0), cancellationToken, [.. roleIds]) <= Few;
        var which = few ? $"u.id IN (SELECT ur.user_id FROM user_roles ur WHERE ur.role_id IN ({roles}))" : $"EXISTS (SELECT 1 FROM user_roles ur WHERE ur.user_id = u.id AND ur.role_id IN ({roles}))";
        var items = await sql.ListAsync($"SELECT u.id, u.user_name, u.email, u.is_disabled FROM users u WHERE u.id > $1 AND {which} ORDER BY u.id LIMIT $2",
            row => new Holder(row.GetString(0), row.GetString(1), row.Text(2), row.GetBoolean(3), []), cancellationToken, values);
        var page = cursors.Page(list, items, limit, holder => [holder.Id]);
        List<Holder> known = [];
        foreach (var holder in page.Items)
            known.Add(holder with { Roles = await sql.ListAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name", row => row.GetString(0), cancellationToken, holder.Id) });
        return page with { Items = known };
    }
}
