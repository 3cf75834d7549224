using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Verifying the audit trail beside the requests, as a long trail takes minutes: one at a time on any number of nodes, its progress and its result in the database, so that every node shows them until the next.</summary>
internal sealed class AuditVerifications(
    Database database, AuditVerifier verifier, SealKey key, AuditTrail audit, TimeProvider time, ILogger<AuditVerifications> logger, IHostApplicationLifetime? lifetime = null)
{
    private const int LongestReason = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1); // a node that tells nothing for so long has ended
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    /// <summary>The last one, running or ended; null: there was none.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<AuditVerificationRun?> FindAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        var opened = await key.GetAsync(cancellationToken);
        await using var session = await database.ReadAsync(cancellationToken);
        return await AuditVerificationRows.FindAsync(session, opened, time.GetUtcNow() - Silence, cancellationToken);
    }

    /// <summary>Begins one on this node, unless one runs.</summary>
    /// <exception cref="AdministrationException">Forbidden; conflict: one runs.</exception>
    public async Task<AuditVerificationRun> StartAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        var total = await EstimateAsync(cancellationToken);
        var begun = await database.WriteAsync(async (session, stop) =>
        {
            var now = time.GetUtcNow();
            var run = new AuditVerificationRun { Id = Secrets.CreateId(), By = who.Id, Started = now, Updated = now, State = AuditVerificationRun.Running, Total = total };
            return await AuditVerificationRows.BeginAsync(session, run, now - Silence, stop) ? run : throw AdministrationException.Conflict("verifying", $"The trail is being verified at this moment");
        }, cancellationToken);
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => RunAsync(who, begun), CancellationToken.None); // the request ends before it does
        return begun;
    }

    /// <summary>Verifies within the call: for the command line.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<AuditVerification> VerifyAsync(Operator who, string? publicKey, Action<long>? progress, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        var verified = await verifier.VerifyAsync(publicKey, progress, cancellationToken);
        await audit.WriteAsync(EntryOf(who, verified), cancellationToken);
        return verified;
    }

    /// <summary>Accepts what the last verification found, just as it stood then: retention goes on, and the chain is proven anew behind it. Every verification goes on telling of it.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed; invalid: no reason; conflict: nothing was found that could be accepted; changed: another verification was meant.</exception>
    public async Task<AcceptedBreak> AcceptAsync(Operator who, string id, string reason, CancellationToken cancellationToken)
    {
        Require(who, reason);
        var run = await FindAsync(who, cancellationToken);
        if (run is null || run.Id != id) throw AdministrationException.Changed();
        var opened = await key.GetAsync(cancellationToken);
        if (run.Break is not { } text || BreakSignature.ReadFound(text, opened) is not { } found) throw AdministrationException.Conflict("nothing_to_accept", $"The last verification found nothing that could be accepted");
        if (found.VerifiedAt < time.GetUtcNow() - Fresh) throw AdministrationException.Conflict("verify_again", $"That was found more than a day ago, or something was accepted since. Verify again");
        return await AcceptAsync(who, found, reason, cancellationToken);
    }

    /// <summary>The same for what was verified within the call.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed; invalid: no reason.</exception>
    public async Task<AcceptedBreak> AcceptAsync(Operator who, AuditBreak found, string reason, CancellationToken cancellationToken)
    {
        Require(who, reason);
        var accepted = new AcceptedBreak(found, who.Id, time.GetUtcNow(), reason.Trim());
        var opened = await key.GetAsync(cancellationToken);
        await database.WriteAsync(async (session, stop) =>
        {
            var newest = await AcceptedBreaks.ListAsync(session, opened, stop);
            if (newest.Any(one => one.At >= found.VerifiedAt)) throw AdministrationException.Conflict("verify_again", $"That was found more than a day ago, or something was accepted since. Verify again");
            await AcceptedBreaks.AddAsync(session, accepted, opened, stop);
            await AuditVerificationRows.TakeBreakAsync(session, stop);
            var detail = new JsonObject
            {
                ["reason"] = accepted.Reason, ["through_seal"] = found.Through, ["through_sequence"] = found.LastSequence, ["problems"] = found.Problems, ["cut"] = found.IsCut, ["standing"] = found.Standing,
                ["findings"] = new JsonArray([.. found.Findings.Select(text => (JsonNode)text)]),
            };
            await audit.WriteAsync(session, who.Entry(Log.BreakAccepted) with { Detail = detail.ToJsonString() }, stop);
            return true;
        }, cancellationToken);
        Log.AuditBreakAccepted(logger, who.Id, found.LastSequence, found.Problems);
        return accepted;
    }

    private static void Require(Operator who, string reason)
    {
        who.Require(ManagementPermissions.ViewAudit);
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
        if (reason.Trim() is not { Length: >= 5 and <= LongestReason } || reason.Any(char.IsControl))
            throw AdministrationException.Invalid("reason", "accept_length", $"Say in 5 to {LongestReason} characters what happened and why it is accepted: it stands in the trail for good");
    }

    // Of how many the progress tells: counting them would take as long as a part of the walk.
    private async ValueTask<long> EstimateAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT COALESCE((SELECT MAX(sequence) FROM audit_events) - (SELECT MIN(sequence) FROM audit_events) + 1, 0)", row => row.GetInt64(0), cancellationToken);
    }

    private async Task RunAsync(Operator who, AuditVerificationRun run)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime?.ApplicationStopping ?? CancellationToken.None);
        long done = 0;
        var telling = TellAsync(run, () => Interlocked.Read(ref done), stop);
        try
        {
            var verified = await verifier.VerifyAsync(null, entries => Interlocked.Exchange(ref done, entries), stop.Token);
            var opened = await key.GetAsync(stop.Token);
            var signed = verified.Break is { } found ? BreakSignature.Sign(found, opened) : null;
            var ended = run with { State = AuditVerificationRun.Done, Updated = time.GetUtcNow(), Entries = verified.Entries, Result = AuditVerificationRun.ToJson(verified), Break = signed };
            await database.WriteAsync(async (session, token) =>
            {
                if (!await AuditVerificationRows.SaveAsync(session, ended, opened, token)) return false;
                await audit.WriteAsync(session, EntryOf(who, verified), token);
                return true;
            }, CancellationToken.None);
            Log.AuditVerified(logger, who.Id, verified.Entries, verified.Problems);
        }
        catch (Exception e)
        {
            Log.AuditVerificationFailed(logger, e.GetType().Name);
            await TrySaveAsync(run with { State = AuditVerificationRun.Failed, Updated = time.GetUtcNow(), Entries = Interlocked.Read(ref done) });
        }
        finally
        {
            await stop.CancelAsync();
            await telling;
        }
    }

    private async Task TellAsync(AuditVerificationRun run, Func<long> done, CancellationTokenSource stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Tick);
            while (await timer.WaitForNextTickAsync(stop.Token)) await TrySaveAsync(run with { Updated = time.GetUtcNow(), Entries = done() });
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private async Task TrySaveAsync(AuditVerificationRun run)
    {
        try
        {
            await database.WriteAsync((session, token) => AuditVerificationRows.SaveAsync(session, run, null, token), CancellationToken.None);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException)
        {
            Log.AuditVerificationFailed(logger, e.GetType().Name); // the next time
        }
    }

    private static AuditEntry EntryOf(Operator who, AuditVerification verified) => who.Entry(Log.TrailVerified) with
    {
        Detail = new JsonObject { ["holds"] = verified.Holds, ["entries"] = verified.Entries, ["last_seal"] = verified.LastSeal, ["problems"] = verified.Problems, ["accepted_problems"] = verified.AcceptedProblems }.ToJsonString(),
    };
}
