using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

#if !RESOURCE_SERVER
namespace Pynomaly.Identity.Tokens;
#else
namespace Pynomaly.Identity.ResourceServer;
#endif

/// <summary>The identifiers (jti) of tokens that were ended before their time, each with its expiry: what is asked on every request, so it is small and takes no lock.</summary>
/// <remarks>
/// Open addressing over two arrays, 20 bytes a slot, at most three quarters full: 27 to 33 bytes an entry. One writer at a time, any number of readers. A slot is
/// filled once in the life of its arrays: the key first, then the expiry that makes it count, so no reader sees half a key. What has expired goes when the arrays are made anew.
/// </remarks>
internal sealed class JtiSet
{
    private const int Least = 64;
    private readonly Lock _writing = new();
    private readonly ulong _seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)); // nobody can choose jtis that collide
    private volatile Slots _slots = new(Least);
    private int _count;

    /// <summary>How many entries are held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The bytes that the arrays take.</summary>
    public long Bytes => _slots.Length * 20L;

    /// <summary>Reads a jti of this kind of server: 128 bits, base64url.</summary>
    public static bool TryParse([NotNullWhen(true)] string? jti, out UInt128 key)
    {
        key = default;
        if (jti is not { Length: 22 }) return false;
        Span<byte> bytes = stackalloc byte[16];
        if (Base64Url.DecodeFromChars(jti, bytes, out _, out var written) != OperationStatus.Done || written != 16) return false;
        key = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>Whether the token is ended. Takes no lock.</summary>
    public bool Contains(UInt128 key)
    {
        var slots = _slots;
        for (var at = Place(key, slots.Length); Volatile.Read(ref slots.Expires[at]) != 0; at = Next(at, slots.Length))
            if (slots.Keys[at] == key) return true;
        return false;
    }

    /// <summary>Enters a token, or lets its entry live longer. Answers whether it is new.</summary>
    public bool Add(UInt128 key, DateTimeOffset expires)
    {
        lock (_writing)
        {
            if (_count >= _slots.Most) Rebuild(_count + _count / 4 + 1, 0);
            if (!Put(_slots, key, SecondsOf(expires))) return false;
            Volatile.Write(ref _count, _count + 1);
            return true;
        }
    }

    /// <summary>Makes room for so many entries at once, so that a long list is not moved again and again while it is read.</summary>
    public void Reserve(int entries)
    {
        lock (_writing)
        {
            if (entries > _slots.Most) Rebuild(entries, 0);
        }
    }

    /// <summary>Lets go of what has expired, where that is enough to be worth the move. Answers how many entries went.</summary>
    public int Sweep(DateTimeOffset now)
    {
        lock (_writing)
        {
            var (before, limit, dead) = (_count, SecondsOf(now), 0);
            foreach (var expires in _slots.Expires)
                if (expires != 0 && expires < limit) dead++;
            if (dead == 0 || dead < before / 8) return 0;
            Rebuild(before - dead + (before - dead) / 8, limit);
            return dead;
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        lock (_writing)
        {
            _slots = new Slots(Least);
            Volatile.Write(ref _count, 0);
        }
    }

    // Readers go on in the arrays that they have; these are never changed again.
    private void Rebuild(int room, uint limit)
    {
        var (from, to, count) = (_slots, new Slots(Slots.LengthFor(room)), 0);
        for (var at = 0; at < from.Length; at++)
        {
            if (from.Expires[at] == 0 || from.Expires[at] < limit) continue;
            Put(to, from.Keys[at], from.Expires[at]);
            count++;
        }

        _slots = to;
        Volatile.Write(ref _count, count);
    }

    private bool Put(Slots slots, UInt128 key, uint expires)
    {
        var at = Place(key, slots.Length);
        for (; slots.Expires[at] != 0; at = Next(at, slots.Length))
        {
            if (slots.Keys[at] != key) continue;
            if (slots.Expires[at] < expires) Volatile.Write(ref slots.Expires[at], expires);
            return false;
        }

        slots.Keys[at] = key;
        Volatile.Write(ref slots.Expires[at], expires);
        return true;
    }

    private int Place(UInt128 key, int length)
    {
        var high = Math.BigMul((ulong)(key >> 64) ^ _seed, (ulong)key ^ 0x9E3779B97F4A7C15, out var low);
        return (int)Math.BigMul(high ^ low, (ulong)length, out _);
    }

    private static int Next(int at, int length) => at + 1 == length ? 0 : at + 1;

    // Rounded up, and never the zero that means empty.
    private static uint SecondsOf(DateTimeOffset time) => (uint)Math.Clamp((time.ToUnixTimeMilliseconds() + 999) / 1000, 1, uint.MaxValue);

    private sealed class Slots(int length)
    {
        public readonly UInt128[] Keys = new UInt128[length];
        public readonly uint[] Expires = new uint[length];

        public int Length => Expires.Length;

        public int Most => (int)(Length * 3L / 4);

        public static int LengthFor(int entries) => (int)Math.Max(Least, Math.Min(entries * 4L / 3 + 4, Array.MaxLength));
    }
}
