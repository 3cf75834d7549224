using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Digests of entries that were written without: by a version from before seals, or by a tool. They are made before the entries are sealed.</summary>
internal static class LateDigests
{
    private const int Batch = 500;

    /// <summary>Makes those that lack among the entries. False: none did.</summary>
    public static async Task<bool> AddAsync(Database database, IEnumerable<AuditEvent> entries, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var batch in entries.Where(entry => entry.Digest is null && (entry.Address ?? entry.Detail) is not null).Select(entry => entry.Sequence).Chunk(Batch))
        {
            any = true;
            await database.WriteAsync(async (session, stop) =>
            {
                foreach (var sequence in batch) await AddAsync(session, sequence, stop);
                return true;
            }, cancellationToken);
        }

        return any;
    }

    private static async ValueTask AddAsync(SqlSession session, long sequence, CancellationToken cancellationToken)
    {
        // Read again, and held: an account's deletion may just have erased it.
        var held = session.IsSqlite ? "" : " FOR UPDATE";
        var (address, detail, isBare) = await session.FirstAsync($"SELECT address, detail FROM audit_events WHERE sequence = $1 AND digest IS NULL{held}",
            row => (row.Text(0), row.Text(1), true), cancellationToken, sequence);
        if (!isBare || (address ?? detail) is null) return;
        var (salt, digest) = PersonalParts.Of(address, detail);
        await session.ExecuteAsync("UPDATE audit_events SET salt = $1, digest = $2 WHERE sequence = $3", cancellationToken, salt, digest, sequence);
    }
}
