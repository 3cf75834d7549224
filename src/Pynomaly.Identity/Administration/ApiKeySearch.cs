using System.Data.Common;
using System.Globalization;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>API keys whose name or id begins with a text: first those found by name, in the order of names, then those found by id. Each is a walk along one index, as in <see cref="PeopleList"/>.</summary>
/// <remarks>Both columns are compared by code points here, so that what begins with a text is one stretch of the index with an end that can be named.</remarks>
internal static class ApiKeySearch
{
    private const string Last = "\U0010FFFF"; // no character comes after it

    /// <summary>Reads a part of those for which the condition holds as well.</summary>
    public static async ValueTask<Page<ApiKeySummary>> ReadAsync(SqlSession sql, Cursors cursors, string list, string search, string where, List<object?> values, string? after, int limit, CancellationToken cancellationToken)
    {
        var normalized = ApiKeyNames.Normalize(search);
        var id = sql.IsSqlite ? "k.id" : "k.id COLLATE \"C\""; // PostgreSQL's own order may be a language's
        var position = cursors.Read(list, after);
        List<(ApiKeySummary Key, List<string> Position)> found = [];
        for (var walk = position is null ? 0 : int.Parse(position[0], CultureInfo.InvariantCulture); walk < 2 && found.Count <= limit; walk++)
        {
            List<object?> all = [.. values];
            var (which, order) = walk == 0
                ? (Begins("k.normalized_name", normalized, all), "k.normalized_name, k.id")
                : ($"{Begins(id, search, all)} AND NOT ({Begins("COALESCE(k.normalized_name, '')", normalized, all)})", id);
            if (position is not null) which += $" AND ({order}) > ({string.Join(", ", position.Skip(1).Select(value => PeopleList.Parameter(all, value)))})";
            position = null; // the walk after it begins at its beginning
            var isNamed = walk == 0;
            found.AddRange(await sql.ListAsync($"{ApiKeyStore.SummarySql} {where} AND {which} ORDER BY {order} LIMIT {PeopleList.Parameter(all, (long)limit + 1 - found.Count)}", row => Read(row, isNamed), cancellationToken, [.. all]));
        }

        var page = cursors.Page(list, found, limit, item => item.Position);
        return new Page<ApiKeySummary>([.. page.Items.Select(item => item.Key)], page.Next);
    }

    private static string Begins(string column, string text, List<object?> values) => $"{column} >= {PeopleList.Parameter(values, text)} AND {column} < {PeopleList.Parameter(values, text + Last)}";

    private static (ApiKeySummary Key, List<string> Position) Read(DbDataReader row, bool isNamed)
    {
        var key = ApiKeyStore.Read(row);
        return (key, isNamed ? ["0", row.GetString(ApiKeyStore.NormalizedName), key.Id] : ["1", key.Id]);
    }
}
