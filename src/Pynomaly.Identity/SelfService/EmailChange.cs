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

/// <summary>A new e-mail address: proven by a link to it, and only for the person who asked; the old address is told.</summary>
/// <remarks>The link alone changes nothing: a mistyped address would hand the account to a stranger. The person must be signed in where it is opened.</remarks>
internal sealed class EmailChange(Database database, Links links, LinkMails mails, Confirmation confirmation, Sessions sessions, SecurityChanges changes, Notices notices,
    RateLimits limits, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<EmailChange> logger)
{
    private const string Kind = TokenKinds.EmailChange;
    private const string Reason = "e-mail address changed";

    /// <summary>Sends a link to the new address. False: it is no address, e-mail is off, or the session is not confirmed. An address that another account has is answered as any other; its owner is told.</summary>
    public async Task<bool> BeginAsync(HttpContext context, Session session, string address, CancellationToken cancellationToken)
    {
        if (!mails.IsOn || EmailAddress.Read(address) is not { } email || AccountNames.ExamineAddress(email) is not null || !await confirmation.IsConfirmedAsync(session, cancellationToken)) return false;
        if (limits.SelfService(context.Connection.RemoteIpAddress) > 0) return true; // as for the address's own limit: nothing is told
        var lifetime = options.Accounts.LinkLifetime;
        await database.WriteAsync(async (sql, stop) =>
        {
            if (await Accounts.FindAsync(sql, session.UserId, stop) is not { } account) return false;
            var mayBeSent = await mails.TryTakeAsync(sql, email, stop);
            var isTaken = await IsTakenAsync(sql, account.Id, email, stop);
            var text = MailTexts.For(account.Profile.Locale);
            var link = await links.AddAsync(sql, Kind, Paths.VerifyEmailPage, account.Id, new LinkPayload { Email = email, Stamp = await AccountStamp.ReadAsync(sql, account.Id, stop) }, lifetime, stop);
            var message = isTaken ? mails.WriteTaken(email, text) : mails.Write(nameof(EmailChange), email, link, lifetime, text);
            if (mayBeSent) await mails.SendAsync(sql, nameof(EmailChange), message, lifetime, stop);
            else await mails.SendNothingAsync(sql, nameof(EmailChange), message, lifetime, stop);
            return true;
        }, cancellationToken);
        return true;
    }

    /// <summary>The new address, and whether the person who asked is the one signed in here; null when the link opens nothing.</summary>
    public async Task<(string Email, bool IsOwn)?> FindAsync(HttpContext context, string? token, CancellationToken cancellationToken) =>
        await links.FindAsync(Kind, token, cancellationToken) is { Row: var row, Payload.Email: { } email }
            ? (email, (await sessions.CurrentAsync(context, cancellationToken))?.UserId == row.UserId) : null;

    /// <summary>Changes the address, once. Other sessions, all grants and all other links end. False: the link opens nothing, or not for whoever is signed in here.</summary>
    public async Task<bool> CompleteAsync(string token, HttpContext context, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(Kind, token, cancellationToken) is not { Row.UserId: { } userId, Payload.Email: { } email }) return false;
        if (await sessions.CurrentAsync(context, cancellationToken) is not { } session || session.UserId != userId) return false;
        var changed = await database.WriteAsync(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop);
            await PersonRows.HoldAsync(sql, userId, stop);
            if (await links.FindAsync(sql, Kind, token, stop) is null || await IsTakenAsync(sql, userId, email, stop) || !await links.ConsumeAsync(sql, Kind, token, stop)) return false;
            await notices.AddAsync(sql, userId, NoticeKind.EmailChanged, context, email, stop); // to the old address, which the row has still
            await SetAsync(sql, userId, email, time.GetUtcNow(), stop);
            await changes.EndAsync(sql, userId, Reason, session.Id, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.EmailChanged) { Actor = userId, UserId = userId, SessionId = session.Id }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!changed) return false;

        changes.Committed(userId, Reason);
        await sessions.RenewAsync(context, cancellationToken);
        logger.LogEmailChanged(userId);
        return true;
    }

    /// <summary>Enters a proven address. Who signs in by the address as user name does so by the new one.</summary>
    internal static async ValueTask SetAsync(SqlSession sql, string userId, string email, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var normalized = AccountNames.Normalize(email);
        await sql.ExecuteAsync("UPDATE users SET user_name = $1, normalized_user_name = $2 WHERE id = $3 AND normalized_user_name = normalized_email", cancellationToken, email, normalized, userId);
        await sql.ExecuteAsync("UPDATE users SET email = $1, normalized_email = $2, email_confirmed = $3, updated = $4 WHERE id = $5", cancellationToken, email, normalized, true, now, userId);
    }

    /// <summary>Whether the address is another account's name or address.</summary>
    internal static async ValueTask<bool> IsTakenAsync(SqlSession sql, string userId, string email, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT COUNT(*) FROM users WHERE id <> $1 AND (normalized_user_name = $2 OR normalized_email = $2)", row => row.GetInt64(0), cancellationToken, userId, AccountNames.Normalize(email)) > 0;
}
