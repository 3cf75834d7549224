using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pynomaly.Identity.Tokens;

/// <summary>Access tokens whose signature held a while ago, by the SHA-256 of their whole text: to check an ES256 signature costs three times what it costs to make one.</summary>
/// <remarks>Signature and reading are spared, nothing else: times, key and revocation list are asked each time. Two halves bound it; the older one is dropped when the younger is full.</remarks>
internal sealed class VerifiedTokens
{
    /// <summary>Tokens in one half.</summary>
    public const int Half = 2048;

    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<Fingerprint, Verified> _younger = new();
    private volatile ConcurrentDictionary<Fingerprint, Verified> _older = new();
    private int _left = Half;

    /// <summary>What names the token here: no other text has it.</summary>
    public static Fingerprint FingerprintOf(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return MemoryMarshal.Read<Fingerprint>(hash);
    }

    /// <summary>The token as it was read, and the key that signed it; null when it was not seen lately.</summary>
    public Verified? Find(Fingerprint fingerprint) =>
        _younger.TryGetValue(fingerprint, out var verified) || _older.TryGetValue(fingerprint, out verified) ? verified : null;

    /// <summary>Remembers a token whose signature holds.</summary>
    public void Add(Fingerprint fingerprint, Verified verified)
    {
        if (!_younger.TryAdd(fingerprint, verified) || Interlocked.Decrement(ref _left) > 0) return;
        lock (_turning)
        {
            if (_left > 0) return;
            (_older, _younger) = (_younger, new());
            _left = Half;
        }
    }

    /// <summary>256 bits.</summary>
    internal readonly record struct Fingerprint(UInt128 First, UInt128 Second);

    /// <summary>A token and the id of its key.</summary>
    internal sealed record Verified(AccessToken Token, string Kid);
}
