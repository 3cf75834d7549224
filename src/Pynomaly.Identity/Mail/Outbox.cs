using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Mail;

/// <summary>Mails that wait to be sent: rows, written in the transaction of what they tell of. Their content is encrypted, since links in it open accounts.</summary>
public sealed partial class Outbox(IDataProtectionProvider protection, ServerOptions options, TimeProvider time) : IDisposable
{
    /// <summary>The kind of the rows that are no mail yet: somebody forgot a password, and who that is has not been looked up.</summary>
    internal const string PasswordWish = "PasswordWish";

    private readonly Lazy<IDataProtector> _wishes = new(() => protection.CreateProtector("Pynomaly.Identity.Mail", PasswordWish));
    private readonly Lazy<IDataProtector> _protector = new(() => protection.CreateProtector("Pynomaly.Identity.Mail"));
    private readonly SemaphoreSlim _added = new(0);

    /// <summary>False when the settings switch e-mail off: nothing that needs it may be offered then.</summary>
    public bool IsOn => options.Mail.Delivery != "Off";

    /// <summary>Adds a mail in the caller's transaction; nothing when e-mail is off. It is tried until it expires.</summary>
    public async ValueTask AddAsync(SqlSession session, string kind, EmailMessage message, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        await InsertAsync(session, Secrets.CreateId(), kind, message, time.GetUtcNow(), expires, cancellationToken);
        if (IsOn && _added.CurrentCount == 0) _added.Release();
    }

    /// <summary>Adds a mail that is sent later, under an id by which it can be taken back until then.</summary>
    internal ValueTask<int> AddLaterAsync(SqlSession session, string id, string kind, EmailMessage message, DateTimeOffset due, DateTimeOffset expires, CancellationToken cancellationToken) =>
        InsertAsync(session, id, kind, message, due, expires, cancellationToken);

    /// <summary>Adds what looks like a mail to the database and its clock, and is thrown away when its turn comes: so asking for a link costs the same, whether or not an account exists.</summary>
    internal ValueTask AddNothingAsync(SqlSession session, string kind, EmailMessage like, DateTimeOffset expires, CancellationToken cancellationToken) =>
        AddAsync(session, kind, like with { To = string.Empty }, expires, cancellationToken);

    /// <summary>Adds what is to become a mail or nothing when its turn comes. The worker that sends mails leaves it alone.</summary>
    internal ValueTask<int> AddWishAsync(SqlSession session, string wish, DateTimeOffset expires, CancellationToken cancellationToken) =>
        InsertAsync(session, Secrets.CreateId(), PasswordWish, _wishes.Value.Protect(wish), time.GetUtcNow(), expires, cancellationToken);

    /// <summary>Reads the content of such a row.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was written under other keys.</exception>
    internal string ReadWish(string content) => _wishes.Value.Unprotect(content);

    private async ValueTask<int> InsertAsync(SqlSession session, string id, string kind, EmailMessage message, DateTimeOffset due, DateTimeOffset expires, CancellationToken cancellationToken) =>
        IsOn ? await InsertAsync(session, id, kind, _protector.Value.Protect(JsonSerializer.Serialize(message, MailJson.Default.EmailMessage)), due, expires, cancellationToken) : 0;

    private ValueTask<int> InsertAsync(SqlSession session, string id, string kind, string content, DateTimeOffset due, DateTimeOffset expires, CancellationToken cancellationToken) =>
        session.ExecuteAsync("INSERT INTO outgoing_mails (id, kind, content, created, expires, next_attempt, attempts) VALUES ($1, $2, $3, $4, $5, $6, 0)", cancellationToken,
            id, kind, content, time.GetUtcNow(), expires, due);

    /// <summary>Reads the content of a row.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was written under other keys.</exception>
    internal EmailMessage Read(string content) => JsonSerializer.Deserialize(_protector.Value.Unprotect(content), MailJson.Default.EmailMessage)!;

    /// <summary>Returns when this node adds a mail, or after the pause. True: one was added, perhaps in a transaction that has yet to be committed.</summary>
    internal Task<bool> WaitAsync(TimeSpan pause, CancellationToken cancellationToken) => _added.WaitAsync(pause, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _added.Dispose();

    [JsonSerializable(typeof(EmailMessage))]
    private sealed partial class MailJson : JsonSerializerContext;
}
