using System.Security.Cryptography;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The seals whose time of retention is over, each proven before anything of it is removed: by its signature, its place in the chain and the entries that it covers; or by somebody's word for a part that does not hold, as a whole and as it stood.</summary>
/// <remarks>Their age is the time that was signed. The time of an entry counts for nothing here: whoever writes to the database sets it as they like.</remarks>
internal sealed class DueSeals(Database database, SealKey key)
{
    private const int SealsAtOnce = 100;
    private const string SealsSql = $"SELECT {SealRows.Columns} FROM audit_seals WHERE number > $1 AND number < (SELECT MAX(number) FROM audit_seals) ORDER BY number LIMIT $2"; // never the newest: the chain goes on from it
    private const int EntriesAtOnce = 5000;
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
        await using var session = (await database.ReadAsync(cancellationToken)).Patient();
        var accepted = (await AcceptedBreaks.ListAsync(session, await key.GetAsync(cancellationToken), cancellationToken)).LastOrDefault(one => one.What.Through > 0);
        if (accepted is not null && await SealRows.FindAsync(session, accepted.What.Through, cancellationToken) is { } end && TimeOf(end, SealSignature.Holds(end, publicKey), accepted) >= before) return (null, null); // it goes as a whole
        var standing = new StandingHash();
        var counted = long.MinValue;
        AuditSeal? proven = null, broken = null, last = null;
        for (var after = 0L; ;)
        {
            var seals = await session.ListAsync(SealsSql, SealRows.Map, cancellationToken, after, (long)SealsAtOnce);
            foreach (var seal in seals)
            {
                var isSigned = seal.KeyId == kid && SealSignature.Holds(seal, publicKey);
                var isRemoved = isSigned && seal.Removed is not null;
                if (accepted is not null && seal.Number <= accepted.What.Through && !(isRemoved && seal.Number == accepted.What.Through))
                {
                    var actual = await HashAsync(session, last, seal, counted, cancellationToken);
                    if (seal.Removed is not null && last is null) standing.AddRemoved(seal, actual);
                    else standing.Add(seal, actual);
                    (last, counted) = (seal, Math.Max(counted, seal.LastSequence));
                    if (seal.Number < accepted.What.Through) continue;
                    if (standing.Value != accepted.What.Standing) broken = seal;
                    else proven = seal;
                    continue;
                }

                if (isSigned && seal.At >= before) return (broken is null ? proven : null, broken);
                if (isSigned && seal.Removed is not null) (proven, broken) = (seal, null); // proven when it was marked; what lies before it is being removed
                else if (broken is null && isSigned && await CoversAsync(session, proven, seal, cancellationToken)) proven = seal;
                else broken ??= seal;
            }

            if (seals.Count < SealsAtOnce) return (broken is null ? proven : null, broken);
            after = seals[^1].Number;
        }
    }

    private static DateTimeOffset TimeOf(AuditSeal seal, bool isSigned, AcceptedBreak accepted) => isSigned ? seal.At : accepted.At;

    // What stands in the seal's place, whoever put it there.
    private static async ValueTask<string> HashAsync(SqlSession session, AuditSeal? previous, AuditSeal seal, long after, CancellationToken cancellationToken)
    {
        using var hash = new SealHash(previous?.Hash ?? "");
        for (var from = after; ;)
        {
            var entries = await session.ListAsync(EntriesSql, AuditRows.Map, cancellationToken, from, seal.LastSequence, (long)EntriesAtOnce);
            foreach (var entry in entries) hash.Add(entry);
            if (entries.Count < EntriesAtOnce) return hash.End();
            from = entries[^1].Sequence;
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
