using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>One-time links: 256 random bits in the address, their hash in the database. A GET shows, only a button uses: programs that look into mails follow links.</summary>
internal sealed class Links(Database database, ServerOptions options, TimeProvider time)
{
    /// <summary>Makes one in the caller's transaction, and answers its address.</summary>
    public async ValueTask<string> AddAsync(SqlSession sql, string kind, string page, string? userId, LinkPayload payload, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var secret = Secrets.Create();
        var now = time.GetUtcNow();
        await OneTimeTokens.AddAsync(sql, new Token { Id = Secrets.Hash(kind, secret), Kind = kind, UserId = userId, Payload = payload.Write(), Created = now, Expires = now + lifetime }, cancellationToken);
        return $"{options.Url(page)}?token={secret}";
    }

    /// <summary>The id of the row of a link that was made just now.</summary>
    public static string IdOf(string kind, string link) => Secrets.Hash(kind, link.AsSpan(link.IndexOf('=', StringComparison.Ordinal) + 1));

    /// <summary>The link's row and content while it can be used; null afterwards.</summary>
    public async Task<(Token Row, LinkPayload Payload)?> FindAsync(string kind, string? secret, CancellationToken cancellationToken)
    {
        if (secret is not { Length: 43 }) return null;
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FindAsync(sql, kind, secret, cancellationToken);
    }

    /// <summary>The same in a session that is open already. Whoever belongs to the link must be there still, not disabled, and unchanged in what the link was made for.</summary>
    public async ValueTask<(Token Row, LinkPayload Payload)?> FindAsync(SqlSession sql, string kind, string secret, CancellationToken cancellationToken)
    {
        if (await OneTimeTokens.FindAsync(sql, Secrets.Hash(kind, secret), kind, cancellationToken) is not { Consumed: null } row || row.Expires <= time.GetUtcNow()) return null;
        var payload = LinkPayload.Read(row.Payload);
        if (row.UserId is null) return (row, payload);
        return payload.Stamp is not null && payload.Stamp == await AccountStamp.ReadAsync(sql, row.UserId, cancellationToken) ? (row, payload) : null;
    }

    /// <summary>Uses it up, in the transaction of what it does. True for exactly one caller.</summary>
    public ValueTask<bool> ConsumeAsync(SqlSession sql, string kind, string secret, CancellationToken cancellationToken) =>
        OneTimeTokens.ConsumeAsync(sql, Secrets.Hash(kind, secret), kind, time.GetUtcNow(), cancellationToken);
}
