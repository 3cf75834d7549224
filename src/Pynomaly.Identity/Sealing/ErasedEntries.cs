using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Whether an entry's personal parts were erased for good reason: the account was deleted, which is an entry too, and is gone; or it is being deleted at this moment, its entries first.</summary>
internal sealed class ErasedEntries(SqlSession session, DateTimeOffset now)
{
    private const string Sql = "SELECT 1 FROM audit_events WHERE user_id = $1 AND name = 'AccountDeleted' AND NOT EXISTS (SELECT 1 FROM users WHERE id = $1) LIMIT 1";
    private const string LeavingSql = "SELECT 1 FROM users WHERE id = $1 AND is_disabled = $2 AND delete_after <= $3";
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10); // one who is said to leave and stays is seen after it
    private const int Remembered = 100_000;
    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>How many were.</summary>
    public long Count { get; private set; }

    /// <summary>True when the entry's state needs an account to be deleted and none was.</summary>
    public async ValueTask<bool> IsWithoutReasonAsync(AuditEvent entry, PersonalState state, CancellationToken cancellationToken)
    {
        Count++;
        if (await IsDeletedAsync(entry.UserId, cancellationToken)) return false;
        return state != PersonalState.AddressErased || !await IsDeletedAsync(entry.Actor, cancellationToken);
    }

    private async ValueTask<bool> IsDeletedAsync(string? id, CancellationToken cancellationToken)
    {
        if (id is null) return false;
        if (_known.TryGetValue(id, out var known)) return known;
        if (_known.Count >= Remembered) _known.Clear();
        return _known[id] = await session.FirstAsync(Sql, row => row.GetInt32(0), cancellationToken, id) == 1
            || await session.FirstAsync(LeavingSql, row => row.GetInt32(0), cancellationToken, id, true, now + Lease) == 1;
    }
}
