using System.Collections.Concurrent;
using System.Net;

namespace Pynomaly.Identity.Abuse;

/// <summary>So many events a minute from one address: a sliding window made of two counters, this minute's and the last one's share.</summary>
/// <remarks>Counts per node. Memory is bounded: when a hundred thousand addresses were seen, all counts begin anew.</remarks>
internal sealed class AddressLimit(int perMinute, TimeProvider time)
{
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<AddressKey, Window> _windows = new();
    private readonly long _minute = time.TimestampFrequency * 60;

    /// <summary>Counts one event. Answers 0 when it is within the limit, else the seconds after which the next one will be.</summary>
    public int Take(IPAddress? address) => Take(address, 1);

    /// <summary>The same for an event that weighs as much as so many. It may lie across the limit: then what follows it waits the longer.</summary>
    public int Take(IPAddress? address, int weight) => perMinute == 0 ? 0 : Of(address).Take(time.GetTimestamp(), _minute, perMinute, weight);

    /// <summary>Counts nothing: would one more event be within the limit?</summary>
    public int Look(IPAddress? address) =>
        perMinute == 0 || !_windows.TryGetValue(AddressKey.Of(address), out var window) ? 0 : window.Take(time.GetTimestamp(), _minute, perMinute, 0);

    private Window Of(IPAddress? address)
    {
        var key = AddressKey.Of(address);
        if (_windows.TryGetValue(key, out var window)) return window;
        if (_windows.Count >= Most) _windows.Clear();
        return _windows.GetOrAdd(key, static _ => new Window());
    }

    private sealed class Window
    {
        private readonly Lock _lock = new();
        private long _number = -1;
        private int _current;
        private int _previous;

        public int Take(long now, long minute, int limit, int count)
        {
            lock (_lock)
            {
                var number = now / minute;
                if (number != _number)
                {
                    _previous = number == _number + 1 ? _current : 0;
                    _current = 0;
                    _number = number;
                }

                var passed = (double)(now % minute) / minute;
                if (_current + _previous * (1 - passed) + 1 <= limit)
                {
                    _current += count;
                    return 0;
                }

                return Math.Max(1, (int)Math.Ceiling(60 * Wait(passed, limit)));
            }
        }

        // The share of a minute until the window has slid far enough: within this minute while the last one weighs, else in the next.
        private double Wait(double passed, int limit)
        {
            var room = limit - 1;
            if (_current <= room) return _previous == 0 ? 1 - passed : Math.Max(0, 1 - (double)(room - _current) / _previous - passed);
            return 1 - passed + Math.Max(0, 1 - (double)room / _current);
        }
    }
}
