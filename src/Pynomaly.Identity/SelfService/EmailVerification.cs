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

/// <summary>Proves the address that an account has already, for example one that an administrator entered: a link to it, and a button.</summary>
internal sealed class EmailVerification(Database database, Links links, LinkMails mails, RateLimits limits, AuditTrail audit, ServerOptions options, ILogger<EmailVerification> logger)
{
    private const string Kind = TokenKinds.EmailVerification;

    /// <summary>Sends the link. Done also when there is nothing to prove.</summary>
    public async Task<LinkResult> BeginAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        if (!mails.IsOn) return new LinkResult.Ended();
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return new LinkResult.Throttled(wait);
        var lifetime = options.Accounts.LinkLifetime;
        await database.WriteAsync(async (sql, stop) =>
        {
            if (await Accounts.FindAsync(sql, session.UserId, stop) is not { Email: { } email, EmailVerified: false } account || !await mails.TryTakeAsync(sql, email, stop)) return false;
            var payload = new LinkPayload { Email = email, Stamp = await AccountStamp.ReadAsync(sql, account.Id, stop) };
            var link = await links.AddAsync(sql, Kind, Paths.VerifyEmailPage, account.Id, payload, lifetime, stop);
            await mails.SendAsync(sql, nameof(EmailVerification), mails.Write(nameof(EmailVerification), email, link, lifetime, MailTexts.For(account.Profile.Locale)), lifetime, stop);
            return true;
        }, cancellationToken);
        return new LinkResult.Done();
    }

    /// <summary>The address that the link proves; null when it opens nothing.</summary>
    public async Task<string?> FindAsync(string? token, CancellationToken cancellationToken) => (await links.FindAsync(Kind, token, cancellationToken))?.Payload.Email;

    /// <summary>Marks the address as proven, once, if it still is the account's.</summary>
    public async Task<LinkResult> CompleteAsync(HttpContext context, string? token, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(Kind, token, cancellationToken) is not { Row.UserId: { } userId, Payload.Email: { } email }) return new LinkResult.Ended();
        var proven = await database.WriteAsync(async (sql, stop) =>
        {
            await AccountStamp.LockAsync(sql, userId, stop); // before its one-time rows, as everywhere
            if (!await links.ConsumeAsync(sql, Kind, token!, stop)) return false;
            if (await sql.ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2 AND email = $3", stop, true, userId, email) == 0) return false;
            await audit.WriteAsync(sql, new AuditEntry(Log.EmailVerified) { Actor = userId, UserId = userId }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!proven) return new LinkResult.Ended();
        logger.LogEmailVerified(userId);
        return new LinkResult.Done();
    }
}
