using System.Security.Cryptography;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>One walk along the chain, from its beginning to the entries that are not sealed yet.</summary>
internal sealed class ChainWalk(SqlSession session, SqlSession other, string kid, ECDsa key, IReadOnlyList<AcceptedBreak> accepted, DateTimeOffset now, Action<long>? progress)
{
    private const int SealsAtOnce = 500;
    private const int EntriesAtOnce = 5000;
    private const int Steps = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly List<AuditFinding> _findings = [];
    private readonly List<AuditFinding> _set = [];
    private readonly EntryStates _personal = new();
    private readonly StandingHash _standing = new();
    private AcceptedBreak? _accepted = accepted.LastOrDefault(one => one.What.Through > 0); // the newest speaks of all that stood before it
    private readonly ErasedEntries _erasures = new(other, now);
    private readonly Queue<AuditEvent> _read = new();
    private long _from = long.MinValue;
    private bool _isAllRead;
    private long _problems;
    private long _setProblems;
    private long _acceptedProblems;
    private long _reported;
    private (long Through, long LastSequence, string Standing) _end = (0, 0, "");
    private long _seals;
    private long _entries;
    private long _unsealed;
    private AuditSeal? _beginning;

    /// <summary>The last seal.</summary>
    public AuditSeal? Last { get; private set; }

    /// <summary>Whether the end is missing.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether anything does not hold that was not accepted.</summary>
    public bool HasFindings => _problems > 0;

    /// <summary>Walks it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var seals = await session.ListAsync($"SELECT {SealRows.Columns} FROM audit_seals WHERE number > $1 ORDER BY number LIMIT {SealsAtOnce}", SealRows.Map, cancellationToken, after);
            foreach (var seal in seals)
            {
                var reported = _reported;
                await VerifyAsync(seal, cancellationToken);
                if (_accepted?.What.Through <= seal.Number) Settle(_accepted.What.Through == seal.Number && _accepted.What.Standing == _standing.Value);
                if (_reported > reported) _end = (seal.Number, Math.Max(_end.LastSequence, seal.LastSequence), _standing.Value);
            }

            if (seals.Count < SealsAtOnce) break;
            after = seals[^1].Number;
        }

        if (_accepted is not null) Settle(false); // its last seal is gone
        await UnsealedAsync(cancellationToken);
    }

    /// <summary>Notes what does not hold.</summary>
    public void Report(AuditFinding finding)
    {
        _reported++;
        if (finding.Kind == AuditFindingKind.TailCut) IsCut = true;
        if (_accepted is null || !IsMeant(finding))
        {
            _problems++;
            if (_findings.Count < AuditVerification.MostFindings) _findings.Add(finding);
            return;
        }

        _setProblems++;
        if (_set.Count < AuditVerification.MostFindings) _set.Add(finding);
    }

    /// <summary>What came out.</summary>
    public AuditVerification Result(bool? isAnchored) => new()
    {
        Seals = _seals, Entries = _entries, Unsealed = _unsealed, Erased = _erasures.Count, RemovedAt = _beginning?.Removed, RemovedThrough = _beginning?.LastSequence ?? 0,
        LastSeal = Last?.Number ?? 0, LastSealAt = Last?.At, IsAnchored = isAnchored, KeyId = kid, Problems = _problems, Findings = _findings, AcceptedProblems = _acceptedProblems, Accepted = accepted,
        Break = Breaks() is var breaks && breaks.Count == 0 ? null : new AuditBreak
        {
            Through = _end.Through, LastSequence = _end.LastSequence, Standing = _end.Standing, Problems = _problems, IsCut = IsCut, VerifiedAt = now,
            Findings = [.. breaks.Take(AuditBreak.MostFindings).Select(finding => finding.Text)], Personal = _personal, EndSeal = Last?.Number ?? 0, EndHash = Last?.Hash,
        },
    };

    // What waits for a seal is sealed by a server that runs, and then seen as what it is.
    private List<AuditFinding> Breaks() => _findings.FindAll(finding => finding.Kind != AuditFindingKind.NotSealed && (finding.Kind == AuditFindingKind.TailCut || finding.FirstSequence <= _end.LastSequence));

    private static bool IsPersonal(AuditFinding finding) => finding.Kind is AuditFindingKind.PersonalPartAltered or AuditFindingKind.PersonalPartErased;

    private static bool IsMeant(AuditFinding finding) => !IsPersonal(finding) && finding.Kind is not (AuditFindingKind.TailCut or AuditFindingKind.NotSealed);

    // What was set aside counts as accepted when all of it stands as it stood then; otherwise as what it is.
    private void Settle(bool stands)
    {
        var (set, problems, was) = (_set.ToArray(), _setProblems, _accepted!);
        _set.Clear();
        (_setProblems, _accepted) = (0, null);
        if (stands)
        {
            _acceptedProblems += problems;
            return;
        }

        _problems += problems;
        _findings.InsertRange(0, set.Take(AuditVerification.MostFindings - _findings.Count));
        Report(new AuditFinding(AuditFindingKind.AcceptedAltered, 0, was.What.Through, 0, was.What.LastSequence, $"The part up to seal {was.What.Through} was accepted as it stood on {was.At.UtcDateTime:u}, and is not what it was then"));
    }

    private async Task VerifyAsync(AuditSeal seal, CancellationToken cancellationToken)
    {
        _seals++;
        var first = (Last?.LastSequence ?? 0) + 1;
        var isSigned = seal.KeyId == kid && SealSignature.Holds(seal, key);
        if (!isSigned)
            Report(seal, AuditFindingKind.SealAltered, first, seal.KeyId == kid ? "is not what was signed" : $"is signed by another key, {seal.KeyId}");
        if (Last is null && seal is { Removed: not null })
        {
            using var there = new SealHash("");
            long left = 0;
            for (; await NextAsync(seal.LastSequence, cancellationToken) is { } entry; left++) there.Add(entry);
            _standing.AddRemoved(seal, there.End());
            if (isSigned)
            {
                // Only its signature says that the server removed what it covers, and what was accepted there is gone with it: nothing here is set aside for that.
                _beginning = seal;
                if (_accepted?.What.Through <= seal.Number && _accepted.What.Standing != _standing.Value) _accepted = null;
            }

            if (left > 0) Report(seal, AuditFindingKind.EntriesAdded, 0, $"was removed, but {left} entries stand in its place or before it. If the server removes old entries at this moment, verify again");
            Last = seal;
            return;
        }

        var number = (Last?.Number ?? 0) + 1;
        if (seal.Number != number) Report(new AuditFinding(AuditFindingKind.SealsMissing, number, seal.Number - 1, first, seal.FirstSequence - 1, $"Seals {number} to {seal.Number - 1} are missing"));
        else if (seal.FirstSequence != first) Report(seal, AuditFindingKind.SealAltered, first, $"begins at entry {seal.FirstSequence} instead of {first}");
        if (seal.Removed is not null) Report(seal, AuditFindingKind.SealAltered, first, "is marked as removed within the chain");

        using var hash = new SealHash(Last?.Hash ?? "");
        var count = await CountAsync(seal.LastSequence, hash, cancellationToken);
        var actual = hash.End();
        _standing.Add(seal, actual);
        var fits = actual == seal.Hash;
        if (count < seal.Count) Report(seal, AuditFindingKind.EntriesMissing, first, $"covers {seal.Count} entries, of which {seal.Count - count} are missing");
        else if (count > seal.Count) Report(seal, AuditFindingKind.EntriesAdded, first, $"covers {seal.Count} entries, but {count} stand there: {count - seal.Count} were added");
        else if (!fits && seal.Number == number) Report(seal, AuditFindingKind.EntriesAltered, first, $"does not fit its {seal.Count} entries: some were altered or reordered, or the seal before it was");
        Last = seal;
    }

    private void Report(AuditSeal seal, AuditFindingKind kind, long first, string what) =>
        Report(new AuditFinding(kind, seal.Number, seal.Number, first, seal.LastSequence, $"Seal {seal.Number} (entries {first} to {seal.LastSequence}) {what}"));

    private async Task UnsealedAsync(CancellationToken cancellationToken)
    {
        AuditEvent? oldest = null;
        while (await NextAsync(long.MaxValue, cancellationToken) is { } entry)
        {
            oldest ??= entry;
            _unsealed++;
            if (entry.Digest is not null) await PersonalAsync(entry, cancellationToken);
        }

        if (oldest is not null && now - oldest.At > Patience)
            Report(new AuditFinding(AuditFindingKind.NotSealed, 0, 0, oldest.Sequence, oldest.Sequence, $"Entries from {oldest.Sequence} on have no seal, the first since {oldest.At.UtcDateTime:u}: does a server run, and does it seal?"));
        progress?.Invoke(_entries);
    }

    private async ValueTask<long> CountAsync(long last, SealHash hash, CancellationToken cancellationToken)
    {
        long count = 0;
        while (await NextAsync(last, cancellationToken) is { } entry)
        {
            count++;
            hash.Add(entry);
            await PersonalAsync(entry, cancellationToken);
            if (++_entries % Steps == 0) progress?.Invoke(_entries);
        }

        return count;
    }

    private async ValueTask PersonalAsync(AuditEvent entry, CancellationToken cancellationToken)
    {
        var state = PersonalParts.Check(entry.Address, entry.Detail, entry.Salt, entry.Digest);
        if (state == PersonalState.Whole) return;
        if (state != PersonalState.Altered && !await _erasures.IsWithoutReasonAsync(entry, state, cancellationToken)) return;

        // Entry by entry, whatever became of the chain: each acceptance speaks of those that it names as they stood, and of nothing else.
        var stands = EntryStates.Of(entry, state);
        if (accepted.Any(one => one.CoversPersonal(stands)))
        {
            _acceptedProblems++;
            return;
        }

        _personal.Add(stands);
        Report(state == PersonalState.Altered
            ? new AuditFinding(AuditFindingKind.PersonalPartAltered, 0, 0, entry.Sequence, entry.Sequence, $"Entry {entry.Sequence}: address or detail is not what was entered")
            : new AuditFinding(AuditFindingKind.PersonalPartErased, 0, 0, entry.Sequence, entry.Sequence, $"Entry {entry.Sequence}: address or detail was erased, but no account of it was deleted"));
    }

    private async ValueTask<AuditEvent?> NextAsync(long last, CancellationToken cancellationToken)
    {
        if (_read.Count == 0 && !_isAllRead)
        {
            foreach (var entry in await session.ListAsync($"SELECT {AuditRows.Columns} FROM audit_events WHERE sequence > $1 ORDER BY sequence LIMIT {EntriesAtOnce}", AuditRows.Map, cancellationToken, _from))
                _read.Enqueue(entry);
            _isAllRead = _read.Count < EntriesAtOnce;
            if (_read.Count > 0) _from = _read.Last().Sequence;
        }

        return _read.TryPeek(out var next) && next.Sequence <= last ? _read.Dequeue() : null;
    }
}
