using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Users;

/// <summary>Tells people by e-mail what touches the safety of their account, each with a link "this was not me" (ASVS 6.3.5, 6.3.7).</summary>
/// <remarks>Every notice is sent: no limit lets an attacker silence one by provoking others. The link goes only to an address that was proven, since it leads to a new password.</remarks>
public sealed class Notices(Outbox outbox, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan WorthSending = TimeSpan.FromDays(3);

    /// <summary>Puts the notice into the outbox in the caller's transaction. Nothing when e-mail is off or the account has no address. The detail is what was added or removed, by its name;
    /// how many codes are left; the new address. A change of address is told before the row is changed: the old address hears of it.</summary>
    public ValueTask AddAsync(SqlSession sql, string userId, NoticeKind kind, HttpContext? context, string? detail, CancellationToken cancellationToken) =>
        AddAsync(sql, userId, kind, context, detail, kind is not (NoticeKind.RegistrationTried or NoticeKind.ApiKeyExpires or NoticeKind.ApiKeyLeaked), cancellationToken);

    /// <summary>The same, without the link where it must lead to nothing: what an operator changed is not for a mailbox to undo.</summary>
    internal async ValueTask AddAsync(SqlSession sql, string userId, NoticeKind kind, HttpContext? context, string? detail, bool mayObject, CancellationToken cancellationToken)
    {
        if (!outbox.IsOn) return;
        var reader = await sql.FirstAsync<Reader?>("SELECT email, email_confirmed, profile FROM users WHERE id = $1",
            row => new Reader(row.Text(0), row.GetBoolean(1), JsonSerializer.Deserialize(row.GetString(2), StorageJson.Default.UserProfile)!.Locale), cancellationToken, userId);
        if (reader?.Email is not { } address) return;

        var now = time.GetUtcNow();
        if (kind == NoticeKind.BackupCodeUsed)
            detail = await sql.FirstAsync("SELECT COUNT(*) FROM backup_codes WHERE user_id = $1 AND used IS NULL", row => row.GetInt64(0).ToString(CultureInfo.InvariantCulture), cancellationToken, userId);
        var objection = reader.IsProven && mayObject ? await ObjectionAsync(sql, userId, kind, address, cancellationToken) : null;
        var text = MailTexts.For(reader.Locale);
        await outbox.AddAsync(sql, kind.ToString(), MailForm.Of(Write(kind, address, context, detail, objection, now, text), text, options.Mail.FromName, options.Issuer), now + WorthSending, cancellationToken);
    }

    /// <summary>A link "this was not me" in the caller's transaction.</summary>
    internal async ValueTask<string> ObjectionAsync(SqlSession sql, string userId, NoticeKind kind, string address, CancellationToken cancellationToken)
    {
        var secret = Secrets.Create();
        var now = time.GetUtcNow();
        await OneTimeTokens.AddAsync(sql, new Token
        {
            Id = Secrets.Hash(TokenKinds.Disavowal, secret), Kind = TokenKinds.Disavowal, UserId = userId, Created = now, Expires = now + NoticeLink.Lifetime,
            Payload = new NoticeLink(kind, now, address).Write(),
        }, cancellationToken);
        return $"{options.Url(Paths.DisavowPage)}?token={secret}";
    }

    /// <summary>The words of a notice.</summary>
    internal static Letter Write(NoticeKind kind, string address, HttpContext? context, string? detail, string? objection, DateTimeOffset now, MailTexts text)
    {
        var facts = new List<(string, string)> { (text["Fact.When"], text.Moment(now)) };
        if (context is not null && BrowserName.Of(context.Request.Headers.UserAgent.ToString()) is { } browser) facts.Add((text["Fact.Browser"], ForeignText.Of(browser)));
        if (context?.Connection.RemoteIpAddress is { } from) facts.Add((text["Fact.Address"], from.ToString()));
        return new Letter
        {
            To = address, Subject = text[$"Notice.{kind}.Subject"], Paragraphs = [text[$"Notice.{kind}.Text", ForeignText.Of(detail ?? string.Empty)]], Facts = facts,
            Notes = objection is null ? [] : [text["Notice.WasYou"]], Objection = objection is null ? null : (text["Notice.WasNotYou"], objection),
        };
    }

    private sealed record Reader(string? Email, bool IsProven, string? Locale);
}
