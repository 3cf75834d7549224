using System.Collections.Concurrent;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The revocation list: jtis of tokens ended before their time, and cut-offs by client and signing key. In memory on every node, durable before the answer.</summary>
/// <remarks>Entries vanish after the token's own expiry. The list names no person.</remarks>
public sealed class RevocationList
{
    private const string Columns = "sequence, kind, subject, issued_before, expires, created";
    private const int Batch = 200;
    private const int Part = 5000;
    private static readonly string InsertOne = Insert(1);
    private readonly Database _database;
    private readonly RevocationDelays _delays;
    private readonly TimeProvider _time;
    private readonly Lock _loading = new();
    private readonly JtiSet _tokens = new();
    private readonly ConcurrentDictionary<(string Kind, string Subject), (DateTimeOffset IssuedBefore, DateTimeOffset Expires)> _cutOffs = new();
    private bool _isLoaded;
    private long _sequence;
    private long _swept;
    private volatile TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens to the feed.</summary>
    public RevocationList(Database database, ChangeFeed feed, RevocationDelays delays, TimeProvider time)
    {
        _database = database;
        _delays = delays;
        _time = time;
        feed.RevocationsAdded += Load;
    }

    /// <summary>Position of the newest entry this node knows.</summary>
    public long Sequence => Interlocked.Read(ref _sequence);

    /// <summary>How many tokens are on the list.</summary>
    public int Count => _tokens.Count;

    /// <summary>The bytes that the tokens on it take in memory.</summary>
    public long Bytes => _tokens.Bytes;

    /// <summary>Whether the token is ended: by its jti, or by a cut-off of its client or signing key.</summary>
    public bool Contains(AccessToken token, string kid) =>
        (JtiSet.TryParse(token.Jti, out var key) && _tokens.Contains(key))
        || IsCutOff("client_id", token.ClientId, token.IssuedAt) || IsCutOff("kid", kid, token.IssuedAt); // not IsEmpty: it takes every lock of an empty dictionary

    /// <summary>Enters a token in the caller's transaction, which has called <see cref="OrderAsync"/>. <see cref="Load"/> after the commit makes this node obey at once; others follow the feed.</summary>
    internal static ValueTask AddAsync(SqlSession session, string jti, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellationToken) =>
        AddAsync(session, [(jti, expires)], now, cancellationToken);

    /// <summary>The same for many, in batches, so that the list is not held for as many turns to the database as a person has tokens.</summary>
    internal static async ValueTask AddAsync(SqlSession session, IEnumerable<(string Jti, DateTimeOffset Expires)> entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var batch in entries.Chunk(Batch))
            await session.ExecuteAsync(batch.Length == 1 ? InsertOne : Insert(batch.Length), cancellationToken, [now, .. batch.SelectMany(entry => new object[] { entry.Jti, entry.Expires })]);
    }

    /// <summary>Enters a cut-off in the caller's transaction: tokens of the client or key issued until now are ended.</summary>
    internal static async ValueTask AddCutOffAsync(SqlSession session, string kind, string subject, DateTimeOffset issuedBefore, DateTimeOffset expires, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await OrderAsync(session, cancellationToken);
        await session.ExecuteAsync("DELETE FROM revocations WHERE kind = $1 AND subject = $2", cancellationToken, kind, subject); // a new sequence number, so that followers see it
        await session.ExecuteAsync("INSERT INTO revocations (kind, subject, issued_before, expires, created) VALUES ($1, $2, $3, $4, $5)",
            cancellationToken, kind, subject, issuedBefore, expires, now);
    }

    /// <summary>Whether the text can be a jti of this server: 128 bits, base64url.</summary>
    public static bool IsJti(string jti) => JtiSet.TryParse(jti, out _);

    /// <summary>Reads the entries this node does not know yet.</summary>
    public void Load()
    {
        lock (_loading)
        {
            var any = false;
            for (var count = Part; count == Part;)
            {
                count = LoadPart();
                any |= count > 0;
            }

            _isLoaded = true;
            Sweep();
            if (any) Interlocked.Exchange(ref _grown, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    // A part at a time: at the start there may be a million.
    private int LoadPart()
    {
        var entries = ReadAsync(_sequence, Part, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        _tokens.Reserve(_tokens.Count + entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Kind == "jti")
            {
                if (JtiSet.TryParse(entry.Subject, out var key)) _tokens.Add(key, entry.Expires);
            }
            else
            {
                _cutOffs[(entry.Kind, entry.Subject)] = (entry.IssuedBefore!.Value, entry.Expires);
            }

            Interlocked.Exchange(ref _sequence, entry.Sequence);
            if (_isLoaded) _delays.Add(RevocationPath.Introspection, entry.Created); // what stood there at the start was not learnt late
        }

        return entries.Count;
    }

    /// <summary>Done when this node knows of an entry after the position.</summary>
    internal Task GrownAsync(long after)
    {
        var grown = _grown.Task; // before the look: what comes between the two completes this one
        return Sequence > after ? Task.CompletedTask : grown;
    }

    /// <summary>Living entries after the position, oldest first.</summary>
    internal async ValueTask<List<Revocation>> ReadAsync(long after, int most, CancellationToken cancellationToken)
    {
        await using var session = await _database.ReadAsync(cancellationToken);
        return await session.ListAsync($"SELECT {Columns} FROM revocations WHERE sequence > $1 AND expires > $2 ORDER BY sequence LIMIT $3", row => new Revocation
        {
            Sequence = row.GetInt64(0), Kind = row.GetString(1), Subject = row.GetString(2), IssuedBefore = row.OptionalTime(3), Expires = row.Time(4), Created = row.Time(5),
        }, cancellationToken, after, _time.GetUtcNow(), (long)most);
    }

    /// <summary>The newest position in the database, which this node may not have read yet.</summary>
    internal async ValueTask<long> NewestAsync(CancellationToken cancellationToken)
    {
        await using var session = await _database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT COALESCE(MAX(sequence), 0) FROM revocations", row => row.GetInt64(0), cancellationToken);
    }

    private bool IsCutOff(string kind, string subject, DateTimeOffset issuedAt) => _cutOffs.TryGetValue((kind, subject), out var cut) && issuedAt <= cut.IssuedBefore;

    // Once a transaction, before its first entry.
    internal static ValueTask OrderAsync(SqlSession session, CancellationToken cancellationToken) => ChangeFeed.OrderAsync(session, cancellationToken);

    private void Sweep()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now - _swept is >= 0 and < 60_000) return;
        _swept = now;
        _tokens.Sweep(_time.GetUtcNow() - TimeSpan.FromMinutes(2));
        foreach (var (key, cut) in _cutOffs)
            if (cut.Expires.ToUnixTimeMilliseconds() + 120_000 < now) _cutOffs.TryRemove(key, out _);
    }

    private static string Insert(int rows) =>
        $"INSERT INTO revocations (kind, subject, expires, created) VALUES {string.Join(", ", Enumerable.Range(0, rows).Select(row => $"('jti', ${2 * row + 2}, ${2 * row + 3}, $1)"))} ON CONFLICT (kind, subject) DO NOTHING";
}
