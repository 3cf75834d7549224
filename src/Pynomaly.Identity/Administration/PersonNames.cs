using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>User names of many people at once, to show with a list.</summary>
internal static class PersonNames
{
    private const int Batch = 50;

    /// <summary>Names by id; what is nobody's id is left out.</summary>
    public static async ValueTask<Dictionary<string, string>> OfAsync(SqlSession session, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var batch in ids.Chunk(Batch))
        {
            // Always as many places, so that it stays one prepared statement.
            object?[] places = [.. Enumerable.Range(0, Batch).Select(i => batch[Math.Min(i, batch.Length - 1)])];
            foreach (var (id, name) in await session.ListAsync($"SELECT id, user_name FROM users WHERE id IN ({string.Join(", ", Enumerable.Range(1, Batch).Select(i => $"${i}"))})",
                row => (row.GetString(0), row.Text(1)), cancellationToken, places)) names[id] = name ?? id;
        }

        return names;
    }
}
