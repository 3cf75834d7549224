using System.Buffers.Text;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Seeds of authenticator apps as they are kept: encrypted under the master key and bound to their person, so that the database alone gives no code and a row put under another name does not open.</summary>
public sealed class TotpSeeds(MasterKey key)
{
    /// <summary>Shortest seed that an import may bring. RFC 4226 §4 R6 wants 16; many apps were given 10 for years, and their people could not move otherwise.</summary>
    internal const int ShortestImport = 10;

    /// <summary>Longest seed that an import may bring: more than the hash's block would be hashed down first.</summary>
    internal const int LongestImport = 64;

    /// <summary>Encrypts.</summary>
    internal string Wrap(string userId, ReadOnlySpan<byte> seed) => Base64Url.EncodeToString(key.Wrap(seed, Context(userId)));

    /// <summary>Decrypts; null when it is not this person's seed.</summary>
    internal byte[]? TryUnwrap(string userId, string wrapped) => key.TryUnwrap(Base64Url.DecodeFromChars(wrapped), Context(userId));

    /// <summary>Adds an authenticator in the caller's transaction; checked already.</summary>
    internal static ValueTask<int> AddAsync(SqlSession sql, Authenticator authenticator, CancellationToken cancellationToken) =>
        sql.ExecuteAsync("INSERT INTO authenticators (id, user_id, name, secret, last_step, created, last_used) VALUES ($1, $2, $3, $4, $5, $6, NULL)", cancellationToken,
            authenticator.Id, authenticator.UserId, authenticator.Name, authenticator.Secret, authenticator.LastStep, authenticator.Created);

    /// <summary>A new authenticator of the person, from a seed in clear.</summary>
    internal Authenticator Create(string userId, string name, ReadOnlySpan<byte> seed, DateTimeOffset now) => new()
    {
        Id = Secrets.CreateId(), UserId = userId, Name = name, Secret = Wrap(userId, seed), Created = now,
    };

    /// <summary>Takes a code of any of the person's apps, in the caller's transaction: one conditional update decides, so that one code opens once on any number of nodes (RFC 6238 §5.2).</summary>
    internal async ValueTask<bool> TakeAsync(SqlSession sql, string userId, string code, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await sql.ListAsync("SELECT id, secret, last_step FROM authenticators WHERE user_id = $1", row => (Id: row.GetString(0), Secret: row.GetString(1), LastStep: row.GetInt64(2)), cancellationToken, userId);
        foreach (var row in rows)
        {
            if (TryUnwrap(userId, row.Secret) is not { } seed || Totp.Match(seed, code, now, row.LastStep) is not { } step) continue;
            return await sql.ExecuteAsync("UPDATE authenticators SET last_step = $1, last_used = $2 WHERE id = $3 AND last_step < $1", cancellationToken, step, now, row.Id) == 1;
        }

        return false;
    }

    private static string Context(string userId) => $"totp {userId}";
}
