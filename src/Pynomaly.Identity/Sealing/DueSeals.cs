using System.Security.Cryptography;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The seals whose time of retention is over, each proven before anything of it is removed: by its signature, its place in the chain and the entries that it covers.</summary>
/// <remarks>Their age is the time that was signed. The time of an entry counts for nothing here: whoever writes to the database sets it as they like.</remarks>
internal sealed class DueSeals(Database database, SealKey key)
{
    private const int SealsAtOnce = 100;
    private const string SealsSql = $"SELECT {SealRows.Columns} FROM audit_seals WHERE number > $1 AND number < (SELECT MAX(number) FROM audit_seals) ORDER BY number LIMIT $2"; // never the newest: the chain goes on from it
    private const string EntriesSql = $"SELECT {AuditRows.Columns} FROM audit_events WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3";

    /// <summary>The newest that is due, or the first that does not hold: then nothing may be removed.</summary>
    public async Task<(AuditSeal? Newest, AuditSeal? Broken)> FindAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var signing = await key.GetAsync(cancellationToken);
        using var copy = ECDsa.Create(signing.Key.ExportParameters(includePrivateParameters: false)); // the sealer goes on signing with its own
        var found = await WalkAsync(before, signing.Kid, copy, cancellationToken);

        // Another node may have removed entries meanwhile: its mark, made before, is seen the second time.
        return found.Broken is null ? found : await WalkAsync(before, signing.Kid, copy, cancellationToken);
    }

    private async Task<(AuditSeal? Newest, AuditSeal? Broken)> WalkAsync(DateTimeOffset before, string kid, ECDsa publicKey, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        AuditSeal? proven = null, broken = null;
        for (var after = 0L; ;)
        {
            var seals = await session.ListAsync(SealsSql, SealRows.Map, cancellationToken, after, (long)SealsAtOnce);
            foreach (var seal in seals)
            {
                var isSigned = seal.KeyId == kid && SealSignature.Holds(seal, publicKey);
                if (isSigned && seal.At >= before) return (broken is null ? proven : null, broken);
                if (isSigned && seal.Removed is not null) (proven, broken) = (seal, null); // proven when it was marked; what lies before it is being removed
                else if (broken is null && isSigned && await CoversAsync(session, proven, seal, cancellationToken)) proven = seal;
                else broken ??= seal;
            }

            if (seals.Count < SealsAtOnce) return (broken is null ? proven : null, broken);
            after = seals[^1].Number;
        }
    }

    private static async ValueTask<bool> CoversAsync(SqlSession session, AuditSeal? previous, AuditSeal seal, CancellationToken cancellationToken)
    {
        if (seal.Number != (previous?.Number ?? 0) + 1 || seal.FirstSequence != (previous?.LastSequence ?? 0) + 1) return false;
        var entries = await session.ListAsync(EntriesSql, AuditRows.Map, cancellationToken, previous?.LastSequence ?? long.MinValue, seal.LastSequence, seal.Count + 1);
        using var hash = new SealHash(previous?.Hash ?? "");
        foreach (var entry in entries) hash.Add(entry);
        return hash.End() == seal.Hash;
    }
}
