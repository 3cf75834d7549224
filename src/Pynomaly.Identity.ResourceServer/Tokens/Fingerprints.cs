using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>What is remembered of a secret text, by the SHA-256 of the whole of it: the text itself is kept nowhere.</summary>
/// <remarks>Two halves bound it; the older one is dropped when the younger is full, so what is in use stays.</remarks>
internal sealed class Fingerprints<T>(int capacity) where T : class
{
    private readonly int _half = Math.Max(capacity / 2, 1);
    private readonly ulong[] _once = new ulong[Math.Max(2 * capacity, 1)];
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<Fingerprint, T> _younger = new();
    private volatile ConcurrentDictionary<Fingerprint, T> _older = new();
    private int _left = Math.Max(capacity / 2, 1);

    /// <summary>What names the text here: no other has it.</summary>
    public static Fingerprint Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = length <= 4096 ? stackalloc byte[4096] : new byte[length];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return MemoryMarshal.Read<Fingerprint>(hash);
    }

    /// <summary>What was remembered lately; null for nothing. Found among the older, it becomes young again.</summary>
    public T? Find(Fingerprint fingerprint)
    {
        if (_younger.TryGetValue(fingerprint, out var value)) return value;
        if (!_older.TryGetValue(fingerprint, out value)) return null;
        Set(fingerprint, value);
        return value;
    }

    /// <summary>Remembers what comes a second time: who shows each token once (and who makes up keys) costs a word here, and drives nothing out.</summary>
    public void SetAtSecondSight(Fingerprint fingerprint, T value)
    {
        ref var seen = ref _once[(int)((ulong)fingerprint.Second % (ulong)_once.Length)];
        if (seen == (ulong)fingerprint.First) Set(fingerprint, value);
        else seen = (ulong)fingerprint.First;
    }

    public void Set(Fingerprint fingerprint, T value)
    {
        if (capacity == 0) return;
        if (!_younger.TryAdd(fingerprint, value))
        {
            _younger[fingerprint] = value;
            return;
        }

        if (Interlocked.Decrement(ref _left) > 0) return;
        lock (_turning)
        {
            if (_left > 0) return;
            (_older, _younger) = (_younger, new());
            _left = _half;
        }
    }

    public void Remove(Fingerprint fingerprint)
    {
        _younger.TryRemove(fingerprint, out _);
        _older.TryRemove(fingerprint, out _);
    }
}

/// <summary>256 bits.</summary>
internal readonly record struct Fingerprint(UInt128 First, UInt128 Second);
