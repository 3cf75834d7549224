using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>Mails that somebody asked for, with a link: three an hour for an address, whoever asks and wherever, and never a word about the limit (DO-09).</summary>
/// <remarks>The limit is three rows an address, each taken for an hour by one statement, so that it holds on all nodes. The address stands there as a keyed hash: it may be a stranger's.</remarks>
internal sealed class LinkMails(Outbox outbox, MasterKey masterKey, ServerOptions options, TimeProvider time)
{
    private const int PerHour = 3;

    private const string TakeSql = $"""
        INSERT INTO tokens (id, kind, created, expires) VALUES ($1, '{TokenKinds.MailSlot}', $2, $3)
        ON CONFLICT (id) DO UPDATE SET created = excluded.created, expires = excluded.expires WHERE tokens.expires <= excluded.created
        """;

    private readonly Lazy<byte[]> _key = new(() => masterKey.Derive("mail limit", 32));

    /// <summary>True when mail can be sent at all.</summary>
    public bool IsOn => outbox.IsOn;

    /// <summary>The language of a stored profile.</summary>
    public static string? LocaleOf(string profile) => JsonSerializer.Deserialize(profile, StorageJson.Default.UserProfile)!.Locale;

    /// <summary>Takes one of the hour's mails to this address, in the caller's transaction.</summary>
    public async ValueTask<bool> TryTakeAsync(SqlSession sql, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var name = AccountNames.Normalize(address);
        for (var slot = 0; slot < PerHour; slot++)
        {
            var id = System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes($"{slot} {name}")));
            if (await sql.ExecuteAsync(TakeSql, cancellationToken, id, now, now + TimeSpan.FromHours(1)) == 1) return true;
        }

        return false;
    }

    /// <summary>The mail of this kind: its words stand under "Mail.{kind}.". Values are ours, or went through <see cref="ForeignText"/>.</summary>
    public EmailMessage Write(string kind, string address, string link, TimeSpan lifetime, MailTexts text, (string Label, string Url)? objection = null, params object[] values) => MailForm.Of(
        new Letter
        {
            To = address, Subject = text[$"Mail.{kind}.Subject"], Paragraphs = [text[$"Mail.{kind}.Text", values]], Act = (text[$"Mail.{kind}.Act"], link),
            Notes = [text["Mail.Once", text.Duration(lifetime)], text[$"Mail.{kind}.Ignore"]], Objection = objection,
        }, text, options.Mail.FromName, options.Issuer);

    /// <summary>What the owner of an address reads when somebody wants it for an account of their own.</summary>
    public EmailMessage WriteTaken(string address, MailTexts text) => MailForm.Of(
        new Letter
        {
            To = address, Subject = text["Notice.RegistrationTried.Subject"], Paragraphs = [text["Notice.RegistrationTried.Text"]],
            Act = (text["Mail.RegistrationTried.Act"], options.Url(Paths.SignInPage)),
        }, text, options.Mail.FromName, options.Issuer);

    /// <summary>Puts it into the outbox; it is worth as much as its link.</summary>
    public ValueTask SendAsync(SqlSession sql, string kind, EmailMessage message, TimeSpan lifetime, CancellationToken cancellationToken) =>
        outbox.AddAsync(sql, kind, message, time.GetUtcNow() + lifetime, cancellationToken);

    /// <summary>Costs as much, and sends nothing.</summary>
    public ValueTask SendNothingAsync(SqlSession sql, string kind, EmailMessage like, TimeSpan lifetime, CancellationToken cancellationToken) =>
        outbox.AddNothingAsync(sql, kind, like, time.GetUtcNow() + lifetime, cancellationToken);
}
