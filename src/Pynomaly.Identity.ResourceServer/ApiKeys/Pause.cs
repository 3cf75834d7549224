namespace Pynomaly.Identity.ResourceServer.ApiKeys;

/// <summary>While the identity server says that it takes no more (429, 503): until then it is asked about no stranger's key, and about known ones once.</summary>
/// <remarks>RFC 6585 §4, RFC 9110 §10.2.3. Questions that go on all the same are what keeps such a server busy; the one try finds out whether it was strangers that it turned away.</remarks>
internal sealed class Pause(TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private DateTimeOffset _end, _try;

    /// <summary>Whether the question may be asked now.</summary>
    public bool MayAsk(bool isKnown)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (IsOver(now)) return true;
            if (!isKnown || now < _try) return false;
            _try = _end; // what that try brings does not give another one before
            return true;
        }
    }

    /// <summary>The server takes no more for so long; null: it does not say.</summary>
    public void Begin(TimeSpan? after)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var asked = after ?? Usual;
            var end = now + (asked < Longest ? asked : Longest);
            if (IsOver(now)) (_try, _end) = (now, end);
            else if (end > _end) _end = end;
        }
    }

    /// <summary>A known key was exchanged: others may try.</summary>
    public void Lift()
    {
        lock (_lock) _try = DateTimeOffset.MinValue;
    }

    // An end that is further away than any pause is one of a clock that was set back.
    private bool IsOver(DateTimeOffset now) => now >= _end || _end - now > Longest;
}
