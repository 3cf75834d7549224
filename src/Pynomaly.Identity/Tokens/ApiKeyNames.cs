using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>Names of API keys as they are searched, beside the names as they were written: whatever their case, and however their characters are composed.</summary>
internal static class ApiKeyNames
{
    private const int Part = 500;

    /// <summary>The form that stands in the database.</summary>
    public static string Normalize(string name) => AccountNames.Normalize(name);

    /// <summary>Writes it for keys that have none: those that the migration could not tell by the database's own letters, and those that a node of an older version made since.</summary>
    public static async Task CompleteAsync(Database database, CancellationToken cancellationToken)
    {
        while (true)
        {
            List<(string Id, string Name)> keys;
            await using (var session = await database.ReadAsync(cancellationToken))
                keys = await session.ListAsync($"SELECT id, name FROM api_keys WHERE normalized_name IS NULL LIMIT {Part}", row => (row.GetString(0), row.GetString(1)), cancellationToken);
            if (keys.Count == 0) return;
            await database.WriteAsync(async (session, stop) =>
            {
                // In the order in which everybody holds keys.
                foreach (var (id, name) in keys.OrderBy(key => key.Id, StringComparer.Ordinal))
                    await session.ExecuteAsync("UPDATE api_keys SET normalized_name = $1 WHERE id = $2 AND name = $3", stop, Normalize(name), id, name);
                return true;
            }, cancellationToken);
        }
    }
}
