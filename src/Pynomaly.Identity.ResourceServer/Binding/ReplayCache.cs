using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>The DPoP proofs that were seen while they could be presented again: each is accepted once. RFC 9449 §11.1.</summary>
/// <remarks>
/// Of this process: behind a balancer, every process accepts a proof once, unless they share an <see cref="IUsedProofs"/>. Two generations bound it in time, a number bounds it in memory. Each has a share: a key may hold as much as is free, a person (the token's sub) at one client
/// twice that, a client four times. So one key alone has half of the room, one person two thirds, one client four fifths, and of what is left a newcomer always gets a part. The parts become smaller
/// with each that takes its whole share: it is no promise of room for everybody, and who gets none is answered 503.
/// </remarks>
internal sealed class ReplayCache(TimeSpan lifetime, TimeProvider time, int most)
{
    private const int TimesFreeOfPerson = 2, TimesFreeOfClient = 4;
    private readonly Lock _lock = new();
    private Generation _younger = new();
    private Generation _older = new();
    private DateTimeOffset _turned = time.GetUtcNow();

    /// <summary>How many are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _younger.Proofs.Count + _older.Proofs.Count;
        }
    }

    /// <summary>Whether the proof was not seen before, which it is from now on. Null: there is no room to remember it, or this client, person or key has its share, so it cannot be accepted.</summary>
    public bool? TryTake(string client, string subject, string thumbprint, string id)
    {
        var (proof, key) = (Hash($"proof {thumbprint} {id}"), Hash($"key {client} {thumbprint}"));
        var (person, owner) = (Hash($"person {client} {subject}"), Hash($"client {client}"));
        lock (_lock)
        {
            Turn();
            if (_older.Proofs.Contains(proof) || _younger.Proofs.Contains(proof)) return false;
            var free = most - _younger.Proofs.Count - _older.Proofs.Count;
            if (Held(key) >= free || Held(person) >= TimesFreeOfPerson * free || Held(owner) >= TimesFreeOfClient * free) return null;
            _younger.Add(proof, [key, person, owner]);
            return true;
        }
    }

    private void Turn()
    {
        var now = time.GetUtcNow();
        if (now - _turned < lifetime) return;
        (_older, _younger) = (now - _turned >= lifetime * 2 ? new() : _younger, new());
        _turned = now;
    }

    private int Held(UInt128 holder) => _younger.Held.GetValueOrDefault(holder) + _older.Held.GetValueOrDefault(holder);

    private static UInt128 Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed class Generation
    {
        public HashSet<UInt128> Proofs { get; } = [];

        /// <summary>How many of them are of a key, of a person, or of a client.</summary>
        public Dictionary<UInt128, int> Held { get; } = [];

        public void Add(UInt128 proof, ReadOnlySpan<UInt128> holders)
        {
            Proofs.Add(proof);
            foreach (var holder in holders) Held[holder] = Held.GetValueOrDefault(holder) + 1;
        }
    }
}
