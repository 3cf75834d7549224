using System.Globalization;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Those who have one of some roles, by id and keyset: each role's holders stand in that order in its index.</summary>
internal static class Holders
{
    /// <summary>Reads a part.</summary>
    public static async ValueTask<Page<Holder>> ReadAsync(SqlSession sql, Cursors cursors, string list, IReadOnlyList<string> roleIds, string? after, int limit, CancellationToken cancellationToken)
    {
        var from = cursors.Read(list, after)?[0] ?? string.Empty;
        if (roleIds.Count == 0) return new Page<Holder>([], null);
        object[] values = [from, (long)limit + 1, .. roleIds];
        var walks = roleIds.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM (SELECT user_id FROM user_roles WHERE role_id = ${i + 3} AND user_id > $1 ORDER BY user_id LIMIT $2) AS r{i}"));
        var items = await sql.ListAsync($"SELECT u.id, u.user_name, u.email, u.is_disabled FROM users u WHERE u.id IN ({string.Join(" UNION ", walks)} ORDER BY user_id LIMIT $2) ORDER BY u.id",
            row => new Holder(row.GetString(0), row.GetString(1), row.Text(2), row.GetBoolean(3), []), cancellationToken, values);
        var page = cursors.Page(list, items, limit, holder => [holder.Id]);
        List<Holder> known = [];
        foreach (var holder in page.Items)
            known.Add(holder with { Roles = await sql.ListAsync("SELECT r.name FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1 ORDER BY r.name", row => row.GetString(0), cancellationToken, holder.Id) });
        return page with { Items = known };
    }
}
