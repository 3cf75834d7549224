using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>The whole revocation list in memory, and how old it is. Asked on every request, without a lock.</summary>
internal sealed class RevokedTokens(PynomalyIdentityOptions options, TimeProvider time)
{
    private readonly JtiSet _tokens = new();
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CutOffs _cutOffs = new([], []);
    private volatile Hearing? _heard;
    private long _swept;

    /// <summary>There are new entries, and they count already.</summary>
    public event Action? Grown;

    /// <summary>Whether the whole list was read once.</summary>
    public bool IsRead => _firstRead.Task.IsCompleted;

    /// <summary>Ends when the whole list was read once.</summary>
    public Task FirstRead => _firstRead.Task;

    /// <summary>Entries held.</summary>
    public int Count => _tokens.Count + _cutOffs.OfClients.Count + _cutOffs.OfKeys.Count;

    /// <summary>Memory of the entries.</summary>
    public long Bytes => _tokens.Bytes;

    /// <summary>How long ago the server last said that this is all; the longest time while nothing was read. A wall clock that is set back does not make the list younger.</summary>
    public TimeSpan Age
    {
        get
        {
            if (_heard is not { } heard) return TimeSpan.MaxValue;
            TimeSpan byWall = time.GetUtcNow() - heard.When, counted = time.GetElapsedTime(heard.Stamp) + heard.AgeThen;
            return byWall > counted ? byWall : counted;
        }
    }

    /// <summary>Whether it is too old to judge by, or was never read.</summary>
    public bool IsStale => Age > options.MaximumListAge;

    /// <summary>Whether the token is ended: by its jti, or by a cut-off of its client or of the key that signed it.</summary>
    public bool Contains(AccessToken token)
    {
        if (_tokens.Contains(token.Id)) return true;
        var cutOffs = _cutOffs;
        return (cutOffs.OfClients.Count > 0 && cutOffs.OfClients.TryGetValue(token.ClientId, out var cut) && token.IssuedAt < cut.IssuedBefore)
            || (cutOffs.OfKeys.Count > 0 && cutOffs.OfKeys.TryGetValue(token.Kid, out cut) && token.IssuedAt < cut.IssuedBefore);
    }

    /// <summary>Takes over what a page says. Nothing that is on the list is ever taken off before its token has expired.</summary>
    public void Add(ListPage page)
    {
        if (page.HasMore || page.Revoked.Count > 1000) _tokens.Reserve(_tokens.Count + page.Revoked.Count);
        foreach (var (id, expires) in page.Revoked) _tokens.Add(id, DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(expires, 1, uint.MaxValue)) + options.ClockSkew);
        if (page.CutOffs.Count > 0) _cutOffs = _cutOffs.With(page.CutOffs);
        if (!page.IsEmpty) Grown?.Invoke();
    }

    /// <summary>The list is whole as of this moment.</summary>
    public void Heard(DateTimeOffset when)
    {
        var age = time.GetUtcNow() - when;
        _heard = new Hearing(when, time.GetTimestamp(), age > TimeSpan.Zero ? age : TimeSpan.Zero);
        _firstRead.TrySetResult();
        Sweep(time.GetUtcNow());
    }

    // What has expired cannot be presented any more; a minute is more than clocks may differ.
    private void Sweep(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (seconds - _swept is >= 0 and < 60) return;
        _swept = seconds;
        _tokens.Sweep(now.AddMinutes(-1));
        _cutOffs = _cutOffs.After(seconds - 120);
    }

    private sealed record Hearing(DateTimeOffset When, long Stamp, TimeSpan AgeThen);

    private sealed record CutOffs(Dictionary<string, CutOff> OfClients, Dictionary<string, CutOff> OfKeys)
    {
        public CutOffs With(IReadOnlyList<CutOff> added)
        {
            var copy = new CutOffs(new(OfClients, StringComparer.Ordinal), new(OfKeys, StringComparer.Ordinal));
            foreach (var cutOff in added)
            {
                var among = cutOff.IsOfKey ? copy.OfKeys : copy.OfClients;
                among[cutOff.Subject] = among.TryGetValue(cutOff.Subject, out var before)
                    ? cutOff with { IssuedBefore = Math.Max(before.IssuedBefore, cutOff.IssuedBefore), Expires = Math.Max(before.Expires, cutOff.Expires) }
                    : cutOff;
            }

            return copy;
        }

        public CutOffs After(long expired) => OfClients.Count + OfKeys.Count == 0 ? this : new(Living(OfClients, expired), Living(OfKeys, expired));

        private static Dictionary<string, CutOff> Living(Dictionary<string, CutOff> all, long expired) =>
            all.Where(one => one.Value.Expires >= expired).ToDictionary(StringComparer.Ordinal);
    }
}
