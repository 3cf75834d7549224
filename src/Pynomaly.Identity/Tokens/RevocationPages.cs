namespace Pynomaly.Identity.Tokens;

/// <summary>Reads parts of the revocation list for followers. Those that stand at the same place, as all do who follow closely, share one look at the database.</summary>
public sealed class RevocationPages(RevocationList list, TimeProvider time)
{
    /// <summary>The most entries of a part.</summary>
    public const int Most = 50_000;

    private static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(1); // what has expired is not told for long
    private volatile Shared? _last;

    /// <summary>Where a follower stands that says it has read so far. A cursor of before a backup was restored would miss entries from here on: it reads all again.</summary>
    /// <remarks>Another node, or a part that was read a moment ago, may be ahead of what this node holds in memory.</remarks>
    internal async ValueTask<long> PlaceAsync(long since, CancellationToken cancellationToken) =>
        since <= list.Sequence || since <= await list.NewestAsync(cancellationToken) ? since : 0;

    /// <summary>What came after the position.</summary>
    internal async ValueTask<RevocationPage> ReadAsync(long since, CancellationToken cancellationToken)
    {
        var newest = list.Sequence;
        if (since >= newest) return new RevocationPage([], since, false);
        var now = time.GetUtcNow();
        if (_last is not { } shared || shared.Since != since || shared.Newest != newest || now - shared.Read > SharedFor || shared.Page.IsFaulted)
            _last = shared = new Shared(since, newest, now, LoadAsync(since, newest)); // two that come at once may both look: the later one is kept
        return await shared.Page.WaitAsync(cancellationToken);
    }

    private async Task<RevocationPage> LoadAsync(long since, long newest)
    {
        var entries = await list.ReadAsync(since, Most, CancellationToken.None); // it is others' too
        var more = entries.Count == Most;
        var last = entries.Count == 0 ? since : entries[^1].Sequence;
        return new RevocationPage(entries, more ? last : Math.Max(newest, last), more); // what expired is passed too, or its follower would never be done
    }

    private sealed record Shared(long Since, long Newest, DateTimeOffset Read, Task<RevocationPage> Page);
}
