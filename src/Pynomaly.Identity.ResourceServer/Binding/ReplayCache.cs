using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>The DPoP proofs that were seen while they could be presented again: each is accepted once. RFC 9449 §11.1.</summary>
/// <remarks>Of this process: behind a balancer, every node accepts a proof once, unless <see cref="PynomalyIdentityOptions.RequireDPoPNonce"/> and short lifetimes narrow that. Two generations bound it in time, a number bounds it in memory.</remarks>
internal sealed class ReplayCache(TimeSpan lifetime, TimeProvider time, int most = 500_000)
{
    private readonly Lock _lock = new();
    private HashSet<UInt128> _younger = [];
    private HashSet<UInt128> _older = [];
    private DateTimeOffset _turned = time.GetUtcNow();

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _younger.Count + _older.Count;
        }
    }

    /// <summary>Whether the proof was not seen before, which it is from now on. Null: there is no room to remember it, so it cannot be accepted.</summary>
    public bool? TryTake(string thumbprint, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint} {id}"), hash);
        var key = BinaryPrimitives.ReadUInt128BigEndian(hash);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _turned >= lifetime)
            {
                (_older, _younger) = (now - _turned >= lifetime * 2 ? [] : _younger, []);
                _turned = now;
            }

            if (_older.Contains(key) || _younger.Contains(key)) return false;
            if (_younger.Count + _older.Count >= most) return null;
            return _younger.Add(key);
        }
    }
}
