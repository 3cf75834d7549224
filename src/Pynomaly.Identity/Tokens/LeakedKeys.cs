using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>Keys that somebody found where they do not belong: each is revoked at once, and its owner told. Whoever shows the key has proven that it is known, so nothing else is asked.</summary>
public sealed partial class LeakedKeys(Database database, ApiKeyStore store, Notices notices, TimeProvider time, ILogger<LeakedKeys> logger)
{
    /// <summary>The most keys of one report.</summary>
    public const int Most = 200;

    private const string FindSql = "SELECT secret_hash, previous_hash, previous_expires, user_id, name FROM api_keys WHERE id = $1 AND revoked IS NULL";

    /// <summary>The keys in a text.</summary>
    public static IEnumerable<string> In(string text) => Key().Matches(text).Select(match => match.Value).Where(key => ApiKeyText.IdOf(key) is not null);

    /// <summary>Revokes those that hold. The caller is not told which: who has a list of guesses learns nothing.</summary>
    public async Task ReportAsync(HttpContext context, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys.Distinct(StringComparer.Ordinal))
        {
            if (ApiKeyText.IdOf(key) is not { } id || !await HoldsAsync(id, key, cancellationToken)) continue; // guesses cost a look, and no turn of the writer
            var revoked = await database.WriteAsync(async (sql, stop) =>
            {
                if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM api_keys WHERE id = $1 FOR UPDATE", stop, id);
                if (await FindAsync(sql, id, stop) is not { } row || !Holds(row, key)) return false; // rotated meanwhile
                if (!await store.RevokeAsync(sql, id, ApiKeyStore.Leaked, new AuditEntry(default(EventId)) { Actor = "server" }.From(context), stop)) return false;
                if (row.UserId is not null) await notices.AddAsync(sql, row.UserId, NoticeKind.ApiKeyLeaked, null, row.Name, stop);
                return true;
            }, cancellationToken);
            if (!revoked) continue;
            store.Committed();
            logger.LogApiKeyLeaked(id);
        }
    }

    private async ValueTask<bool> HoldsAsync(string id, string key, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await FindAsync(sql, id, cancellationToken) is { } row && Holds(row, key);
    }

    private static ValueTask<Row?> FindAsync(SqlSession sql, string id, CancellationToken cancellationToken) =>
        sql.FirstAsync<Row?>(FindSql, row => new Row(row.GetString(0), row.Text(1), row.OptionalTime(2), row.Text(3), row.GetString(4)), cancellationToken, id);

    private bool Holds(Row row, string key)
    {
        var shown = Encoding.ASCII.GetBytes(ApiKeyText.Hash(key));
        return CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(row.Hash))
            || (row.PreviousExpires > time.GetUtcNow() && CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(row.PreviousHash!)));
    }

    [GeneratedRegex(ApiKeyText.Pattern)]
    private static partial Regex Key();

    private sealed record Row(string Hash, string? PreviousHash, DateTimeOffset? PreviousExpires, string? UserId, string Name)
    {
        /// <summary>Names the key only.</summary>
        public override string ToString() => Name;
    }
}
