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

/// <summary>The link to the account's proven address, and a new password by that link. Nobody is signed in by it: second factors are asked for as ever. Who forgot theirs asks by <see cref="ForgottenPassword"/>.</summary>
internal sealed class PasswordReset(Database database, Links links, LinkMails mails, NewPassword passwords, SecurityChanges changes, Notices notices, RateLimits limits, AuditTrail audit,
    ServerOptions options, TimeProvider time, ILogger<PasswordReset> logger)
{
    private const string Kind = TokenKinds.PasswordReset;
    private const string Reason = "password reset";

    /// <summary>True when its links can be sent.</summary>
    public bool IsOn => mails.IsOn;

    /// <summary>The event of asking for one.</summary>
    public static EventId Event => Log.PasswordResetAsked;

    /// <summary>Makes a link for whoever asked, and puts its mail into the outbox, in the caller's transaction.</summary>
    public async ValueTask SendAsync(SqlSession sql, string userId, string stamp, string address, string? locale, CancellationToken cancellationToken)
    {
        var lifetime = options.Accounts.LinkLifetime;
        var link = await links.AddAsync(sql, Kind, Paths.ResetPage, userId, new LinkPayload { Email = address, Stamp = stamp }, lifetime, cancellationToken);
        await mails.SendAsync(sql, nameof(PasswordReset), mails.Write(nameof(PasswordReset), address, link, lifetime, MailTexts.For(locale)), lifetime, cancellationToken);
    }

    /// <summary>A link that an operator makes, in the caller's transaction: nobody but the account's person ever sets its password (ASVS 6.4.6). Sent to the account's address, or handed over.</summary>
    public async ValueTask<string?> LinkAsync(SqlSession sql, Account account, bool isSent, CancellationToken cancellationToken)
    {
        if (await LinkAsync(sql, account.Id, cancellationToken) is not { } link) return null;
        var lifetime = options.Accounts.LinkLifetime;
        if (isSent) await mails.SendAsync(sql, nameof(PasswordReset), mails.Write(nameof(PasswordReset), account.Email!, link, lifetime, MailTexts.For(account.Profile.Locale)), lifetime, cancellationToken);
        return link;
    }

    /// <summary>The link by which a person sets the first password of an account that an operator made for them, in the caller's transaction; sent to the address where there is one and e-mail.</summary>
    public async ValueTask<string?> WelcomeAsync(SqlSession sql, string userId, string userName, string? address, string? locale, CancellationToken cancellationToken)
    {
        if (await AccountStamp.ReadAsync(sql, userId, cancellationToken) is not { } stamp) return null;
        var lifetime = options.Accounts.InvitationLifetime;
        var link = await links.AddAsync(sql, Kind, Paths.ResetPage, userId, new LinkPayload { Stamp = stamp }, lifetime, cancellationToken);
        if (address is not null && mails.IsOn) await mails.SendAsync(sql, "Welcome", mails.Write("Welcome", address, link, lifetime, MailTexts.For(locale), null, ForeignText.Of(userName)), lifetime, cancellationToken);
        return link;
    }

    /// <summary>A link in the caller's transaction, for a person whose mailbox has just proved itself otherwise ("this was not me").</summary>
    public async ValueTask<string?> LinkAsync(SqlSession sql, string userId, CancellationToken cancellationToken) =>
        await AccountStamp.ReadAsync(sql, userId, cancellationToken) is { } stamp
            ? await links.AddAsync(sql, Kind, Paths.ResetPage, userId, new LinkPayload { Stamp = stamp }, options.Accounts.LinkLifetime, cancellationToken) : null;

    /// <summary>Whether the link can be used still.</summary>
    public async Task<bool> IsAliveAsync(string? token, CancellationToken cancellationToken) => await links.FindAsync(Kind, token, cancellationToken) is not null;

    /// <summary>Sets the password, once. Ends all sessions, grants and other links, trusts no browser; forgets wrong passwords, but no wrong second factor.</summary>
    public async Task<LinkResult> CompleteAsync(HttpContext context, string? token, string password, CancellationToken cancellationToken)
    {
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return new LinkResult.Throttled(wait);
        if (await links.FindAsync(Kind, token, cancellationToken) is not { Row.UserId: { } userId }) return new LinkResult.Ended();
        string hash;
        try
        {
            if (await passwords.ProblemAsync(userId, password, cancellationToken) is { } problem) return new LinkResult.PasswordRefused(problem);
            hash = await passwords.HashAsync(password, cancellationToken);
        }
        catch (HashingBusyException busy)
        {
            return NewPassword.Later(busy);
        }

        var changed = await database.WriteAsync(async (sql, stop) =>
        {
            await PersonRows.HoldAsync(sql, userId, stop);
            if (await links.FindAsync(sql, Kind, token!, stop) is null || !await links.ConsumeAsync(sql, Kind, token!, stop)) return false;
            await notices.AddAsync(sql, userId, NoticeKind.PasswordChanged, context, null, stop);
            await NewPassword.SetAsync(sql, userId, hash, time.GetUtcNow(), stop);
            await sql.ExecuteAsync("UPDATE users SET access_failed_count = 0, lockout_end = NULL, lockout_rounds = 0 WHERE id = $1", stop, userId);
            await NewPassword.ForgetTriesOnDevicesAsync(sql, userId, stop);
            await changes.EndAsync(sql, userId, Reason, null, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.PasswordReset) { Actor = userId, UserId = userId }.From(context), stop);
            return true;
        }, cancellationToken);
        if (!changed) return new LinkResult.Ended();

        changes.Committed(userId, Reason);
        logger.LogPasswordReset(userId);
        return new LinkResult.Done();
    }
}
