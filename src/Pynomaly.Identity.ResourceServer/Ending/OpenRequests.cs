using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Ending;

/// <summary>The open requests of one issuer's callers that asked to end with their tokens. Holds none that did not ask, and none that has ended.</summary>
/// <remarks>
/// All of them are looked at in one pass whenever the revocation list grows, and once a second while there are any: for tokens that expire, keys that are taken back, and a list that becomes too old, which
/// nobody announces. A wall clock is asked then, so that neither a clock that is set nor a machine that slept makes a token live longer.
/// </remarks>
internal sealed class OpenRequests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<OpenRequest, byte> _open = [];
    private readonly ConcurrentDictionary<string, long> _ended = new(StringComparer.Ordinal);
    private readonly Func<AccessToken, Refusal?> _whyEnded;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _isArmed;

    /// <summary>Takes the judge: why a token stands no more, or null.</summary>
    public OpenRequests(Func<AccessToken, Refusal?> whyEnded, TimeProvider time, ILogger logger)
    {
        (_whyEnded, _logger) = (whyEnded, logger);
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>How many were ended, by reason.</summary>
    public IEnumerable<KeyValuePair<string, long>> Ended => _ended;

    /// <summary>From here on the request ends with the token. Dispose of what is given back when the request is over.</summary>
    public OpenRequest Add(AccessToken token, Action abort)
    {
        var request = new OpenRequest(token, abort, this);
        _open[request] = 0;
        // The token was judged before this. Either this sees what the list has got since, or the list's own pass sees this request: each writes first, and then reads.
        Interlocked.MemoryBarrier();
        Look([request]);
        Arm();
        return request;
    }

    /// <summary>It is over.</summary>
    public void Remove(OpenRequest request) => _open.TryRemove(request, out _);

    /// <summary>Ends every one whose token stands no more.</summary>
    public void Look()
    {
        Interlocked.MemoryBarrier();
        if (!_open.IsEmpty) Look(_open.Select(one => one.Key));
    }

    public void Dispose() => _timer.Dispose();

    private void Look(IEnumerable<OpenRequest> requests)
    {
        Dictionary<string, int>? ended = null;
        foreach (var request in requests)
        {
            if (_whyEnded(request.Token) is not { } why || !_open.TryRemove(request, out _)) continue; // another pass was first, or it is over
            ended ??= new(StringComparer.Ordinal);
            ended[why.Reason] = ended.GetValueOrDefault(why.Reason) + 1;
            _ = Task.Run(request.Abort); // what an application has hung on the end must not hold up the list, nor the others
        }

        foreach (var (reason, count) in ended ?? [])
        {
            _ended.AddOrUpdate(reason, count, (_, before) => before + count);
            _logger.LogRequestsEnded(count, reason);
        }
    }

    private void Tick()
    {
        Look();
        Interlocked.Exchange(ref _isArmed, 0);
        if (!_open.IsEmpty) Arm();
    }

    // One shot at a time, and none while nothing is open. Whoever adds does so before it asks; the pass asks for what is open after it has said that it is over.
    private void Arm()
    {
        if (Interlocked.Exchange(ref _isArmed, 1) == 0) _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }
}
