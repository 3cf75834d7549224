using System.Security.Cryptography;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>Verifies the whole trail: every seal's signature, place and hash, every entry's personal parts, and that the end is the one that was noted outside of the database.</summary>
/// <remarks>Reads in parts, so that a trail of any length fits in memory, and goes on after a finding: what comes after a broken link is verified against what that link was signed for.</remarks>
internal sealed class AuditVerifier(Database database, SealKey key, SealAnchor anchor, TimeProvider time)
{
    /// <summary>The public key of the seals, as a JWK: kept elsewhere, it proves that they were not all made anew.</summary>
    public async ValueTask<string> PublicKeyAsync(CancellationToken cancellationToken) => (await key.GetAsync(cancellationToken)).PublicJwk;

    /// <summary>Verifies.</summary>
    /// <param name="publicKey">A public key that was exported earlier; null: the installation's own.</param>
    /// <param name="progress">Told the number of entries so far, from time to time.</param>
    /// <param name="cancellationToken">The end of it.</param>
    /// <exception cref="ConfigurationException">The key is none.</exception>
    public async Task<AuditVerification> VerifyAsync(string? publicKey, Action<long>? progress, CancellationToken cancellationToken)
    {
        var noted = anchor.Read(); // before the newest seal is read: it may only be older
        var signing = publicKey is null ? await key.GetAsync(cancellationToken) : SealKey.Import(publicKey);
        using var copy = ECDsa.Create(signing.Key.ExportParameters(includePrivateParameters: false)); // the server goes on signing with its own
        await using var session = (await database.ReadAsync(cancellationToken)).Patient();
        await using var second = (await database.ReadAsync(cancellationToken)).Patient();
        var accepted = publicKey is null ? await AcceptedBreaks.ListAsync(session, signing, cancellationToken) : []; // who proves with a key of their own takes nobody's word
        var (walk, hasMoved) = await WalkAsync();
        if (hasMoved && walk.HasFindings) (walk, hasMoved) = await WalkAsync(); // the server removed old entries meanwhile, and what is missing was there
        if (noted is var (number, hash, at))
        {
            // Where it was accepted that what is noted here is gone, the newest seal that there was then stands in for it: what is cut off after that is seen.
            var cut = accepted.LastOrDefault(one => one.CoversCut(at));
            if (cut is not null) (number, hash) = (cut.What.EndSeal, cut.What.EndHash ?? "");
            var where = cut is null ? $"{anchor.File} notes seal {number}" : $"it had seal {number} when a cut was accepted on {cut.At.UtcDateTime:u}";
            if (number > 0 && walk.Last is null) walk.Report(new AuditFinding(AuditFindingKind.TailCut, 1, number, 1, long.MaxValue, $"There is no seal at all, but {where}"));
            else if (number > 0 && walk.Last is { } last && !await SealAnchor.HasAsync(session, last, number, hash, cancellationToken))
                walk.Report(new AuditFinding(AuditFindingKind.TailCut, Math.Min(number, last.Number + 1), number, last.LastSequence + 1, long.MaxValue,
                    number > last.Number ? $"The trail ends with seal {last.Number}, but {where}: the newest entries were cut off" : $"Seal {number} is not the same any more, but {where}: the trail was cut before it and has grown again"));
        }

        var result = walk.Result(noted is null ? null : !walk.IsCut);
        return hasMoved ? result with { Break = null } : result; // nobody is asked to accept what the server itself removes

        async Task<(ChainWalk Walk, bool HasMoved)> WalkAsync()
        {
            var beginning = await BeginningAsync();
            var one = new ChainWalk(session, second, signing.Kid, copy, accepted, time.GetUtcNow(), progress);
            await one.RunAsync(cancellationToken);
            return (one, beginning != await BeginningAsync());
        }

        async ValueTask<(long? Number, DateTimeOffset? Removed)> BeginningAsync()
        {
            var seal = await SealRows.FirstAsync(session, cancellationToken);
            return (seal?.Number, seal?.Removed);
        }
    }
}
