using System.Net;
using Microsoft.Extensions.Hosting;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>Who waits for the revocation list on this node: so many in all and of one address, and nobody any longer when the server stops.</summary>
public sealed class RevocationFollowers : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, int> _ofAddress = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServerOptions _options;
    private int _count;

    /// <summary>Waits for the server's end; a command has none.</summary>
    public RevocationFollowers(ServerOptions options, IHostApplicationLifetime? lifetime = null)
    {
        _options = options;
        Stopping = _stopping.Token;
        lifetime?.ApplicationStopping.Register(_stopping.Cancel);
    }

    /// <summary>How many wait now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Set when the server stops.</summary>
    internal CancellationToken Stopping { get; }

    /// <summary>Takes a place among those who wait; leaving it is disposing of it. Null: there is none left.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable: the server stops, another node may take the follower.</exception>
    internal IDisposable? Enter(IPAddress? address)
    {
        if (Stopping.IsCancellationRequested) throw ProtocolException.TemporarilyUnavailable("The server stops");
        var key = AddressKey.Of(address);
        lock (_lock)
        {
            var same = _ofAddress.GetValueOrDefault(key);
            if (_count >= _options.RevocationFollowers || same >= _options.RevocationFollowersPerAddress) return null;
            _ofAddress[key] = same + 1;
            _count++;
        }

        Telemetry.RevocationFollowers.Add(1);
        return new Place(this, key);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private void Leave(AddressKey key)
    {
        lock (_lock)
        {
            if (_ofAddress[key] == 1) _ofAddress.Remove(key);
            else _ofAddress[key]--;
            _count--;
        }

        Telemetry.RevocationFollowers.Add(-1);
    }

    private sealed class Place(RevocationFollowers followers, AddressKey key) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) followers.Leave(key);
        }
    }
}
