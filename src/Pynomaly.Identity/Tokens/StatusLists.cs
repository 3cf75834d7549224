using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Token Status Lists, for APIs that know this standard and nothing of ours: a token has a place on a list, drawn by lot, and the list has a bit for each place.</summary>
/// <remarks>
/// <see href="https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/">draft-ietf-oauth-status-list</see>. Only tokens of clients that ask for it (status_list) have a place, since it costs a row
/// for each. A list takes tokens for an hour and goes when the last of them has expired; more than one may be open. What is ended is what the revocation list says.
/// </remarks>
[Specification("draft-ietf-oauth-status-list", "Token Status List")]
public sealed class StatusLists(Database database, KeyRing keys, RevocationDelays delays, ServerOptions options, TimeProvider time)
{
    /// <summary>The typ of a list, and with "application/" before it the media type.</summary>
    public const string Type = "statuslist+jwt";

    /// <summary>How long a copy of a list may be used, §5.1.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private const int Kept = 64;
    internal const int Places = 128 * 1024; // 16 KB of bits, a few hundred bytes compressed while few are set
    private const int Tries = 16; // that all miss says that the list is fuller than it should be
    private const string EndedSql = """
        SELECT e.place, r.created FROM status_entries e JOIN revocations r ON r.kind = 'jti' AND r.subject = e.jti WHERE e.list = $1
        UNION ALL SELECT e.place, r.created FROM status_entries e JOIN revocations r ON r.kind = 'client_id' AND r.subject = e.client_id AND r.issued_before >= e.issued WHERE e.list = $1
        UNION ALL SELECT e.place, r.created FROM status_entries e JOIN revocations r ON r.kind = 'kid' AND r.subject = e.kid AND r.issued_before >= e.issued WHERE e.list = $1
        """;

    private static readonly TimeSpan Open = TimeSpan.FromHours(1);
    private static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<long, Copy> _made = new();

    /// <summary>The address of a list.</summary>
    public string AddressOf(long list) => string.Create(CultureInfo.InvariantCulture, $"{options.Url(Paths.StatusList)}?list={list}");

    /// <summary>Draws a place for a token, in the transaction that issues it.</summary>
    internal async ValueTask<StatusReference> TakeAsync(SqlSession session, string jti, string clientId, string kid, DateTimeOffset issued, CancellationToken cancellationToken)
    {
        while (true)
        {
            var list = await FindOpenAsync(session, issued, cancellationToken);
            if (list == 0 && !session.IsSqlite)
            {
                // All tokens of that moment find none: one of them opens it, the others see it then. SQLite has one writer.
                await session.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtext('status lists'))", cancellationToken);
                list = await FindOpenAsync(session, issued, cancellationToken);
            }

            if (list == 0)
            {
                list = await session.FirstAsync("INSERT INTO status_lists (created, closes, expires) VALUES ($1, $2, $3) RETURNING number", row => row.GetInt64(0), cancellationToken,
                    issued, issued + Open, issued + Open + TokenRevoker.LongestLife);
            }

            for (var tries = 0; tries < Tries; tries++)
            {
                var place = (long)RandomNumberGenerator.GetInt32(Places); // in turn it would tell how many tokens are issued, and which came together (§12.5.2)
                var second = DateTimeOffset.FromUnixTimeSeconds(issued.ToUnixTimeSeconds()); // as the token says it, for cut-offs
                if (await session.ExecuteAsync("INSERT INTO status_entries (list, place, jti, client_id, kid, issued) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (list, place) DO NOTHING", cancellationToken,
                    list, place, jti, clientId, kid, second) == 1) return new StatusReference(place, AddressOf(list));
            }

            await session.ExecuteAsync("UPDATE status_lists SET closes = $1 WHERE number = $2", cancellationToken, issued, list);
        }
    }

    /// <summary>A list, compressed and signed, as it was a second ago at most; null: there is none of that number. However many ask, and whatever ends meanwhile, it is made once a second.</summary>
    internal async ValueTask<string?> FindAsync(long list, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var copy = _made.AddOrUpdate(list, static (number, state) => state.Lists.Make(number, null, state.now),
            static (number, old, state) => old.IsFresh(state.now) ? old : state.Lists.Make(number, old.Made, state.now), (Lists: this, now));
        string? token = null;
        try
        {
            return token = await copy.Token.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (token is null && copy.Token.Value.IsCompleted) _made.TryRemove(KeyValuePair.Create(list, copy)); // what failed or is not there is not kept
        }
    }

    private static ValueTask<long> FindOpenAsync(SqlSession session, DateTimeOffset issued, CancellationToken cancellationToken) =>
        session.FirstAsync("SELECT number FROM status_lists WHERE closes > $1 ORDER BY number DESC LIMIT 1", row => row.GetInt64(0), cancellationToken, issued);

    // For all who ask at once, so nobody's who goes away.
    private Copy Make(long list, DateTimeOffset? before, DateTimeOffset now)
    {
        if (_made.Count > Kept)
        {
            foreach (var (number, copy) in _made)
                if (!copy.IsFresh(now)) _made.TryRemove(KeyValuePair.Create(number, copy));
        }

        return new Copy(now, new Lazy<Task<string?>>(() => Task.Run(() => WriteAsync(list, before, now, CancellationToken.None))));
    }

    private async Task<string?> WriteAsync(long list, DateTimeOffset? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        if (await session.FirstAsync("SELECT number FROM status_lists WHERE number = $1 AND expires > $2", row => row.GetInt64(0), cancellationToken, list, now) == 0) return null;
        var bits = new byte[Places / 8];
        foreach (var (place, created) in await session.ListAsync(EndedSql, row => (row.GetInt64(0), row.Time(1)), cancellationToken, list))
        {
            bits[place / 8] |= (byte)(1 << (int)(place % 8)); // §4.1: the least significant bit first
            if (created >= before) delays.Add(RevocationPath.StatusList, created); // the copy before this one did not say so
        }

        return Sign(list, Compress(bits), now);
    }

    // §5.1: sub is the list's own address, so that none passes for another.
    private string Sign(long list, string bits, DateTimeOffset now)
    {
        var algorithm = keys.AlgorithmsInUse.Contains(Algorithms.ES256) ? Algorithms.ES256 : keys.AlgorithmsInUse[0];
        return Jws.Write(keys.Active(algorithm), Type, (options.Issuer, Address: AddressOf(list), bits, now), static (json, state) =>
        {
            json.WriteString("iss"u8, state.Issuer);
            json.WriteString("sub"u8, state.Address);
            json.WriteNumber("iat"u8, state.now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (state.now + SignedFor).ToUnixTimeSeconds());
            json.WriteNumber("ttl"u8, (int)Life.TotalSeconds);
            json.WriteStartObject("status_list"u8);
            json.WriteNumber("bits"u8, 1);
            json.WriteString("lst"u8, state.bits);
            json.WriteEndObject();
        });
    }

    // §4.1: DEFLATE in the ZLIB format.
    private static string Compress(byte[] bits)
    {
        using var buffer = new MemoryStream();
        using (var zlib = new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(bits);
        return Base64Url.EncodeToString(buffer.ToArray());
    }

    // Made from what was there at that moment, or after it.
    private sealed record Copy(DateTimeOffset Made, Lazy<Task<string?>> Token)
    {
        // A clock that was set back makes none younger.
        public bool IsFresh(DateTimeOffset now) => now >= Made && now - Made < Fresh;
    }
}

/// <summary>A token's place on a list, as its claim "status" says it (§6.2).</summary>
internal sealed record StatusReference(long Place, string List);
