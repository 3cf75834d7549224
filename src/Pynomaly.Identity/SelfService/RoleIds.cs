using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.SelfService;

/// <summary>Roles by their names.</summary>
internal static class RoleIds
{
    /// <summary>The ids of those that exist: a role that was taken away since is granted to nobody.</summary>
    public static async ValueTask<IReadOnlyList<string>> FindAsync(SqlSession sql, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
            if (await sql.FirstAsync("SELECT id FROM roles WHERE normalized_name = $1", row => row.GetString(0), cancellationToken, name.ToUpperInvariant()) is { } id) ids.Add(id);
        return ids;
    }
}
