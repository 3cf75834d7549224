using System.Globalization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.SelfService;

/// <summary>What has happened to the account: the person's own entries of the audit trail, by pages that stay where they are while new ones come (keyset).</summary>
public sealed class Activity(Database database, ClientDirectory clients)
{
    /// <summary>Entries on a page, and the most that can be asked for.</summary>
    public const int PageSize = 50, MaximumSize = 200;

    // Tokens that applications renew by themselves would push everything else out of sight.
    private const string Sql = """
        SELECT sequence, at, name, actor, client_id, session_id, address FROM audit_events
        WHERE user_id = $1 AND name <> 'TokensIssued' AND (at < $2 OR (at = $2 AND sequence < $3)) ORDER BY at DESC, sequence DESC LIMIT $4
        """;

    /// <summary>A page of it. Null: the cursor is none of ours (AD-09).</summary>
    public async Task<ActivityPage?> ListAsync(string userId, string? cursor, int size, CancellationToken cancellationToken)
    {
        if (Read(cursor) is not var (at, sequence)) return null;
        List<(long Sequence, long At, string Name, string? Actor, string? ClientId, string? SessionId, string? Address)> rows;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            rows = await sql.ListAsync(Sql, row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6)), cancellationToken,
                userId, at, sequence, (long)size + 1);
        }

        List<ActivityEntry> entries = [];
        foreach (var row in rows.Take(size))
        {
            entries.Add(new ActivityEntry
            {
                Name = row.Name, At = DateTimeOffset.FromUnixTimeMilliseconds(row.At), ByPerson = row.Actor is null || row.Actor == userId, SessionId = row.SessionId, Address = row.Address,
                Application = row.ClientId is null ? null : (await clients.FindAsync(row.ClientId, cancellationToken))?.DisplayName ?? row.ClientId,
            });
        }

        var last = rows.Count > size ? rows[size - 1] : default;
        return new ActivityPage(entries, rows.Count > size ? string.Create(CultureInfo.InvariantCulture, $"{last.At}-{last.Sequence}") : null);
    }

    private static (long At, long Sequence)? Read(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return (long.MaxValue, long.MaxValue);
        var parts = cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? (at, sequence) : null;
    }
}
