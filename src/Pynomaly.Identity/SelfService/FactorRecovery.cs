using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>All second factors lost: a one-time link takes them away, so that the person signs in with the password and adds new ones. By an administrator, or by policy by e-mail after a day.</summary>
/// <remarks>
/// The link opens no account and sets no password. By e-mail it needs the mailbox and a password that did not just come out of it, and the owner can stop it for a day (ASVS 6.4.4): by the
/// links in two mails, on the account's pages, and by signing in with a factor (<see cref="PendingRecoveries"/>). Every step holds the account first (<see cref="AccountStamp.LockAsync"/>), as
/// a sign-in does: of both at once, one comes wholly first and ends the other.
/// </remarks>
internal sealed class FactorRecovery(Database database, Links links, LinkMails mails, SecurityChanges changes, PendingRecoveries recoveries, Notices notices, Outbox outbox, RateLimits limits, AuditTrail audit,
    ServerOptions options, TimeProvider time, ILogger<FactorRecovery> logger)
{
    private const string Kind = TokenKinds.FactorRecovery;
    private const string KindByHand = TokenKinds.FactorReset;
    private const string Reason = "second factors removed";

    /// <summary>How long a link of an administrator works: it is handed over by hand.</summary>
    private static readonly TimeSpan ByHand = TimeSpan.FromHours(24);

    /// <summary>How long the owner can stop a recovery by e-mail.</summary>
    private static readonly TimeSpan Waiting = TimeSpan.FromHours(24);

    private static readonly TimeSpan Usable = TimeSpan.FromDays(3);

    /// <summary>How old the password must be: one that came by a link to the mailbox proves the mailbox only.</summary>
    private static readonly TimeSpan OldEnough = TimeSpan.FromDays(7);

    private const string IsPasswordOldSql = "SELECT COUNT(*) FROM users WHERE id = $1 AND (password_changed IS NULL OR password_changed <= $2)";

    /// <summary>True when people may begin it themselves.</summary>
    public bool IsByEmail => mails.IsOn && options.Accounts.FactorRecovery == "Email";

    /// <summary>The event of asking for it.</summary>
    public static EventId Event => Log.FactorRecoveryAsked;

    /// <summary>A link that an operator makes, in the caller's transaction: sent to the account's address, or handed over. Null: the account is disabled.</summary>
    public async ValueTask<string?> LinkAsync(SqlSession sql, Account account, bool isSent, CancellationToken cancellationToken)
    {
        if (await AccountStamp.ReadAsync(sql, account.Id, cancellationToken) is not { } stamp) return null;
        var link = await links.AddAsync(sql, KindByHand, Paths.RecoverFactorsPage, account.Id, new LinkPayload { Stamp = stamp }, ByHand, cancellationToken);
        if (!isSent) return link;
        var text = MailTexts.For(account.Profile.Locale);
        var objection = await notices.ObjectionAsync(sql, account.Id, NoticeKind.FactorsReset, account.Email!, cancellationToken);
        await mails.SendAsync(sql, "FactorReset", mails.Write("FactorReset", account.Email!, link, ByHand, text, (text["Mail.FactorRecovery.Stop"], objection)), ByHand, cancellationToken);
        return link;
    }

    /// <summary>Begins it by e-mail, for a person who has just given the password. Ended: it is not offered, there is no proven address, or the password is younger than a week.</summary>
    public async Task<LinkResult> BeginAsync(HttpContext context, PendingSignIn pending, CancellationToken cancellationToken)
    {
        if (!IsByEmail || pending.SessionId is not null) return new LinkResult.Ended(); // a session that steps up has given no password here
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return new LinkResult.Throttled(wait);
        var begun = await database.WriteAsync(async (sql, stop) =>
        {
            if (await AccountStamp.LockAsync(sql, pending.UserId, stop) is not { } stamp) return false;
            if (await Accounts.FindAsync(sql, pending.UserId, stop) is not { Email: { } email, EmailVerified: true } account) return false;
            if (await sql.FirstAsync(IsPasswordOldSql, row => row.GetInt64(0), stop, account.Id, time.GetUtcNow() - OldEnough) == 0) return false;
            if (!await mails.TryTakeAsync(sql, email, stop)) return true; // nothing is told
            await TellAsync(sql, context, account, email, stamp, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.FactorRecoveryAsked) { Actor = account.Id, UserId = account.Id }.From(context), stop);
            return true;
        }, cancellationToken);
        return begun ? new LinkResult.Done() : new LinkResult.Ended();
    }

    /// <summary>From when on a recovery that was begun by e-mail can be carried out, the soonest when there are more; null when none waits.</summary>
    public async Task<DateTimeOffset?> PendingAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var waiting = await sql.ListAsync("SELECT payload FROM tokens WHERE user_id = $1 AND kind = $2 AND consumed IS NULL AND expires > $3", row => LinkPayload.Read(row.GetString(0)),
            cancellationToken, userId, Kind, time.GetUtcNow());
        if (waiting.Count == 0) return null;
        var stamp = await AccountStamp.ReadAsync(sql, userId, cancellationToken);
        return waiting.Where(one => one.Stamp == stamp).Min(one => one.NotBefore);
    }

    /// <summary>Stops what waits, at the wish of somebody who is signed in; that needs no fresh proof, since it ends things only. The owner is told. False: nothing waited.</summary>
    public Task<bool> StopAsync(HttpContext context, Session session, CancellationToken cancellationToken) => database.WriteAsync(async (sql, stop) =>
        await AccountStamp.LockAsync(sql, session.UserId, stop) is not null && await recoveries.StopAsync(sql, context, session.UserId, stop), cancellationToken);

    /// <summary>From when on the link works; null when it opens nothing.</summary>
    public async Task<DateTimeOffset?> FindAsync(string? token, CancellationToken cancellationToken) =>
        await OfAsync(token, cancellationToken) is { } found ? found.Payload.NotBefore ?? found.Row.Created : null;

    /// <summary>Takes passkeys, authenticator apps and backup codes away, once. Sessions, grants and other links end.</summary>
    public async Task<LinkResult> CompleteAsync(HttpContext context, string? token, CancellationToken cancellationToken)
    {
        if (await OfAsync(token, cancellationToken) is not { Row: { UserId: { } userId, Kind: var kind }, Payload: var payload } || payload.NotBefore > time.GetUtcNow()) return new LinkResult.Ended();
        var done = await database.WriteAsync(async (sql, stop) =>
        {
            await PersonRows.HoldAsync(sql, userId, stop);
            if (await AccountStamp.LockAsync(sql, userId, stop) is null) return false;
            if (await links.FindAsync(sql, kind, token!, stop) is null || !await links.ConsumeAsync(sql, kind, token!, stop)) return false;
            foreach (var table in (string[])["authenticators", "backup_codes", "passkeys"]) await sql.ExecuteAsync($"DELETE FROM {table} WHERE user_id = $1", stop, userId);
            await sql.ExecuteAsync("UPDATE users SET factor_failed_count = 0, factor_lockout_end = NULL, factor_lockout_rounds = 0 WHERE id = $1", stop, userId);
            await notices.AddAsync(sql, userId, NoticeKind.FactorsReset, context, null, stop);
            await changes.EndAsync(sql, userId, Reason, null, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.FactorsReset) { Actor = userId, UserId = userId }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!done) return new LinkResult.Ended();

        changes.Committed(userId, Reason);
        logger.LogFactorsReset(userId);
        return new LinkResult.Done();
    }

    // The link, and half-way to its day a reminder; each with the way to stop it.
    private async ValueTask TellAsync(SqlSession sql, HttpContext context, Account account, string email, string stamp, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (opens, text) = (now + Waiting, MailTexts.For(account.Profile.Locale));
        var payload = new LinkPayload { Email = email, Stamp = stamp, NotBefore = opens };
        var link = await links.AddAsync(sql, Kind, Paths.RecoverFactorsPage, account.Id, payload, Waiting + Usable, cancellationToken);
        var objection = await notices.ObjectionAsync(sql, account.Id, NoticeKind.FactorsReset, email, cancellationToken);
        await mails.SendAsync(sql, nameof(FactorRecovery), mails.Write(nameof(FactorRecovery), email, link, Usable, text, (text["Mail.FactorRecovery.Stop"], objection), text.Moment(opens)), Waiting, cancellationToken);

        var letter = Notices.Write(NoticeKind.RecoveryPending, email, context, text.Moment(opens), objection, now, text);
        await outbox.AddLaterAsync(sql, PendingRecoveries.ReminderOf(Links.IdOf(Kind, link)), nameof(NoticeKind.RecoveryPending), MailForm.Of(letter, text, options.Mail.FromName, options.Issuer),
            now + (Waiting / 2), opens, cancellationToken);
    }

    private async Task<(Token Row, LinkPayload Payload)?> OfAsync(string? token, CancellationToken cancellationToken) =>
        await links.FindAsync(Kind, token, cancellationToken) ?? await links.FindAsync(KindByHand, token, cancellationToken);
}
