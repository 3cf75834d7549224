using System.Data.Common;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The statements about seals.</summary>
internal static class SealRows
{
    /// <summary>The columns, in the order of <see cref="Map"/>.</summary>
    public const string Columns = "number, first_sequence, last_sequence, count, hash, at, key_id, signature, removed";

    /// <summary>The seal of a row.</summary>
    public static AuditSeal Map(DbDataReader row) => new()
    {
        Number = row.GetInt64(0), FirstSequence = row.GetInt64(1), LastSequence = row.GetInt64(2), Count = row.GetInt64(3), Hash = row.GetString(4),
        At = row.Time(5), KeyId = row.GetString(6), Signature = row.GetString(7), Removed = row.OptionalTime(8),
    };

    /// <summary>The newest; null: there is none yet.</summary>
    public static ValueTask<AuditSeal?> LastAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.FirstAsync<AuditSeal?>($"SELECT {Columns} FROM audit_seals ORDER BY number DESC LIMIT 1", Map, cancellationToken);

    /// <summary>The one that the chain begins with; null: there is none yet.</summary>
    public static ValueTask<AuditSeal?> FirstAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.FirstAsync<AuditSeal?>($"SELECT {Columns} FROM audit_seals ORDER BY number LIMIT 1", Map, cancellationToken);

    /// <summary>The seal of a number.</summary>
    public static ValueTask<AuditSeal?> FindAsync(SqlSession session, long number, CancellationToken cancellationToken) =>
        session.FirstAsync<AuditSeal?>($"SELECT {Columns} FROM audit_seals WHERE number = $1", Map, cancellationToken, number);

    /// <summary>Enters the next one. False: another node has entered that number.</summary>
    public static async ValueTask<bool> AddAsync(SqlSession session, AuditSeal seal, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"INSERT INTO audit_seals ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) ON CONFLICT (number) DO NOTHING", cancellationToken,
            seal.Number, seal.FirstSequence, seal.LastSequence, seal.Count, seal.Hash, seal.At, seal.KeyId, seal.Signature) == 1;
}
