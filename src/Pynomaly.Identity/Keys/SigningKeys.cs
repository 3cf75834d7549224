using System.Security.Cryptography;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Keys;

/// <summary>The rows of the signing keys: made, listed, entered and revoked by plain statements.</summary>
internal static class SigningKeys
{
    /// <summary>The schedule acts in this name.</summary>
    public static AuditEntry Server { get; } = AuditEntry.By("server");

    private const string Columns = "id, algorithm, public_jwk, secret, created, activates, revoked";

    /// <summary>A new key, its private half wrapped by the master key for this kid and nothing else.</summary>
    public static SigningKey Create(string algorithm, MasterKey master, DateTimeOffset now, DateTimeOffset activates)
    {
        var maker = KeyAlgorithm.Find(algorithm) ?? throw new ConfigurationException($"{algorithm} is not a signature algorithm of this server. Write one of {string.Join(", ", KeyAlgorithm.All.Select(a => a.Name))}.");
        var (pkcs8, members) = maker.Generate();
        var kid = KeyAlgorithm.Thumbprint(members);
        var secret = master.Wrap(pkcs8, Context(kid));
        CryptographicOperations.ZeroMemory(pkcs8);
        return new SigningKey { Id = kid, Algorithm = algorithm, PublicJwk = maker.PublicJwk(kid, members), Secret = secret, Created = now, Activates = activates };
    }

    /// <summary>What the private key is wrapped for.</summary>
    public static string Context(string kid) => $"signing key {kid}";

    /// <summary>All keys, in the order in which they sign.</summary>
    public static ValueTask<List<SigningKey>> ListAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.ListAsync($"SELECT {Columns} FROM signing_keys ORDER BY activates, created, id", row => new SigningKey
        {
            Id = row.GetString(0), Algorithm = row.GetString(1), PublicJwk = row.GetString(2), Secret = (byte[])row.GetValue(3),
            Created = row.Time(4), Activates = row.Time(5), Revoked = row.OptionalTime(6),
        }, cancellationToken);

    /// <summary>Makes every other node's key transaction wait for the end of this one, and tells all nodes. First statement of each such transaction.</summary>
    public static async ValueTask LockAsync(SqlSession session, CancellationToken cancellationToken) => await session.ExecuteAsync(ChangeFeed.BumpSql, cancellationToken);

    /// <summary>Enters a new key and the audit event.</summary>
    public static async ValueTask AddAsync(SqlSession session, SigningKey key, AuditTrail audit, AuditEntry by, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"INSERT INTO signing_keys ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, NULL)", cancellationToken,
            key.Id, key.Algorithm, key.PublicJwk, key.Secret, key.Created, key.Activates);
        await audit.WriteAsync(session, Entry(Log.SigningKeyCreated, key, by), cancellationToken);
    }

    /// <summary>Revokes a key. False when it was revoked already.</summary>
    public static async ValueTask<bool> RevokeAsync(SqlSession session, SigningKey key, DateTimeOffset now, AuditTrail audit, AuditEntry by, CancellationToken cancellationToken)
    {
        if (await session.ExecuteAsync("UPDATE signing_keys SET revoked = $1 WHERE id = $2 AND revoked IS NULL", cancellationToken, now, key.Id) != 1) return false;
        await audit.WriteAsync(session, Entry(Log.SigningKeyRevoked, key, by), cancellationToken);
        return true;
    }

    /// <summary>The key that signs at that time: the newest that has begun. A clock set back behind all of them leaves the first.</summary>
    public static SigningKey? Active(IEnumerable<SigningKey> keys, string algorithm, DateTimeOffset now)
    {
        var good = keys.Where(key => key.Algorithm == algorithm && key.Revoked is null).ToList();
        return good.LastOrDefault(key => key.Activates <= now) ?? good.FirstOrDefault();
    }

    private static AuditEntry Entry(Microsoft.Extensions.Logging.EventId id, SigningKey key, AuditEntry by) =>
        by with { Event = id, Detail = $"{{\"kid\":\"{key.Id}\",\"alg\":\"{key.Algorithm}\",\"activates\":\"{key.Activates:O}\"}}" };
}
