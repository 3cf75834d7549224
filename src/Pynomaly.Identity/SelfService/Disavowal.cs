using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>"This was not me": the link in a notice. One button throws everybody out, undoes what can be undone, and leads to a new password.</summary>
/// <remarks>
/// Undone: the address goes back to the one that the notice was sent to; factors and API keys made since the notice go; a deletion is called off; the password that
/// somebody else may know ends. What an owner had before the notice stays, so a stolen mailbox alone takes no second factor away that is older than a week. Where a
/// younger one was the only one, the mailbox opens no way in for a day (<see cref="PasswordHold"/>), and the owner is told. A link works for seven days: for as long,
/// whoever holds the old mailbox can take the address back. That is the price of being able to take it back from a thief.
/// </remarks>
internal sealed class Disavowal(Database database, Outbox outbox, PasswordReset reset, SecurityChanges changes, ApiKeyStore keys, Notices notices, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<Disavowal> logger)
{
    private const string Kind = TokenKinds.Disavowal;
    private const string Reason = "not the owner";
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5); // a notice is written a moment after what it tells of

    /// <summary>What the link's notice told; null when the link opens nothing.</summary>
    public async Task<NoticeLink?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (token is not { Length: 43 }) return null;
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FindAsync(sql, token, cancellationToken) is { } row ? NoticeLink.Read(row.Payload!) : null;
    }

    /// <summary>Does it, once. Not done: the link opens nothing. Without a link to a new password: factors went, and a new password waits.</summary>
    public async Task<(bool IsDone, string? Link)> RunAsync(HttpContext context, string? token, CancellationToken cancellationToken)
    {
        if (token is not { Length: 43 }) return (false, null);
        var (userId, link) = await database.WriteAsync<(string?, string?)>(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop); // the address may go back
            if (await FindAsync(sql, token, stop) is not { UserId: { } person } row) return (null, null);
            await PersonRows.HoldAsync(sql, person, stop);
            if (!await OneTimeTokens.ConsumeAsync(sql, row.Id, Kind, time.GetUtcNow(), stop)) return (null, null);
            var notice = NoticeLink.Read(row.Payload!);
            await AccountStamp.LockAsync(sql, person, stop);
            var (isBare, factors) = await UndoAsync(sql, person, notice, context, stop);
            await changes.EndAsync(sql, person, Reason, null, stop);
            await keys.RevokeOfUserAsync(sql, person, notice.At - Margin, "not_me", new AuditEntry(Log.Disavowed) { Actor = person }.From(context), stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.Disavowed) { Actor = person, UserId = person, Detail = $"{{\"notice\":\"{notice.Kind}\"{factors}}}" }.From(context), stop);
            if (isBare)
            {
                await PasswordHold.BeginAsync(sql, person, time.GetUtcNow(), stop);
                await notices.AddAsync(sql, person, NoticeKind.FactorsReset, context, null, stop);
            }

            return (person, await PasswordHold.IsOnAsync(sql, person, time.GetUtcNow(), stop) ? null : await reset.LinkAsync(sql, person, stop));
        }, cancellationToken);
        if (userId is null) return (false, null);

        changes.Committed(userId, Reason);
        logger.LogDisavowed(userId);
        return (true, link);
    }

    // Whether the only factors that there were are gone, and what the trail says of those that went.
    private async ValueTask<(bool IsBare, string Factors)> UndoAsync(SqlSession sql, string userId, NoticeLink notice, HttpContext context, CancellationToken cancellationToken)
    {
        var before = await FactorChoices.ReadAsync(sql, userId, cancellationToken);
        var gone = 0;
        foreach (var table in (string[])["authenticators", "backup_codes", "passkeys"])
            gone += await sql.ExecuteAsync($"DELETE FROM {table} WHERE user_id = $1 AND created >= $2", cancellationToken, userId, notice.At - Margin);
        var isBare = before.Any && !(await FactorChoices.ReadAsync(sql, userId, cancellationToken)).Any;
        var factors = isBare ? ",\"factors\":\"delete\"" : gone > 0 ? ",\"factors\":\"update\"" : string.Empty;
        if (isBare) await BackupCodes.EndIfAloneAsync(sql, userId, cancellationToken);
        await sql.ExecuteAsync("UPDATE users SET password_hash = NULL, password_changed = NULL, delete_after = NULL WHERE id = $1", cancellationToken, userId);

        var email = await sql.FirstAsync("SELECT email FROM users WHERE id = $1", row => row.Text(0), cancellationToken, userId);
        if (email is null || email == notice.Email || await EmailChange.IsTakenAsync(sql, userId, notice.Email, cancellationToken)) return (isBare, factors);
        await EmailChange.SetAsync(sql, userId, notice.Email, time.GetUtcNow(), cancellationToken);

        // The address that goes is told, without a link: two mailboxes shall not play ball with the account.
        var text = MailTexts.For();
        var letter = Notices.Write(NoticeKind.EmailChanged, email, context, notice.Email, null, time.GetUtcNow(), text);
        await outbox.AddAsync(sql, nameof(NoticeKind.EmailChanged), MailForm.Of(letter, text, options.Mail.FromName, options.Issuer), time.GetUtcNow() + TimeSpan.FromDays(3), cancellationToken);
        return (isBare, factors);
    }

    private async ValueTask<Token?> FindAsync(SqlSession sql, string token, CancellationToken cancellationToken) =>
        await OneTimeTokens.FindAsync(sql, Secrets.Hash(Kind, token), Kind, cancellationToken) is { Consumed: null, UserId: not null } row && row.Expires > time.GetUtcNow()
        && await AccountStamp.ReadAsync(sql, row.UserId, cancellationToken) is not null ? row : null;
}
