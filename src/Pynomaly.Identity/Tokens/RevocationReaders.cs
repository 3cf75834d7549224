using System.Net;
using Pynomaly.Identity.Abuse;

namespace Pynomaly.Identity.Tokens;

/// <summary>Who is told a long part of the revocation list on this node: each holds megabytes until its reader has them, so there are few at once, and fewer of one address. Others wait their turn.</summary>
public sealed class RevocationReaders : IDisposable
{
    /// <summary>Entries from which a part is long.</summary>
    internal const int Long = 1000;

    /// <summary>Places of one address.</summary>
    internal const int MostOfAddress = 4;

    /// <summary>Places in all.</summary>
    internal const int Most = 32;

    private const int BytesOfSecond = 256 * 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, OfAddress> _addresses = [];
    private readonly SemaphoreSlim _places = new(Most);

    /// <summary>How long a turn is waited for.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the shortest part may take to its reader.</summary>
    internal TimeSpan ShortestReading { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a part may take to its reader, by its size: whoever reads a byte a second would keep its place for a month, and everybody else out of it.</summary>
    internal TimeSpan Reading(int bytes) => ShortestReading + TimeSpan.FromSeconds(bytes / BytesOfSecond);

    /// <summary>Takes a place; leaving it is disposing of it. Null: none came free in time.</summary>
    internal async ValueTask<IDisposable?> EnterAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        var key = AddressKey.Of(address);
        OfAddress? own;
        lock (_lock)
        {
            if (!_addresses.TryGetValue(key, out own)) _addresses[key] = own = new OfAddress();
            own.Users++;
        }

        var isOwn = false;
        try
        {
            isOwn = await own.Places.WaitAsync(Patience, cancellationToken); // first the address's, so that nobody waits in a place of all
            if (isOwn && await _places.WaitAsync(Patience, cancellationToken)) return new Place(this, key, own);
        }
        catch
        {
            Leave(key, own, isOwn);
            throw;
        }

        Leave(key, own, isOwn);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private void Leave(AddressKey key, OfAddress own, bool isOwn)
    {
        if (isOwn) own.Places.Release();
        lock (_lock)
        {
            if (--own.Users == 0) _addresses.Remove(key);
        }
    }

    private sealed class OfAddress
    {
        public SemaphoreSlim Places { get; } = new(MostOfAddress);

        public int Users { get; set; }
    }

    private sealed class Place(RevocationReaders readers, AddressKey key, OfAddress own) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0) return;
            readers._places.Release();
            readers.Leave(key, own, isOwn: true);
        }
    }
}
