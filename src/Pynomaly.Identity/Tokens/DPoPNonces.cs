using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>The nonces that DPoP proofs carry when this server wants them: a time and a MAC over it, so that every node knows the others' and nothing is kept. RFC 9449 §8.</summary>
public sealed class DPoPNonces(MasterKey master, ServerOptions options, TimeProvider time)
{
    private const int TimeLength = 8, MacLength = 16;
    private readonly Lazy<byte[]> _key = new(() => master.Derive("DPoP nonces", 32));

    /// <summary>A nonce of this moment.</summary>
    public string Create()
    {
        Span<byte> nonce = stackalloc byte[TimeLength + MacLength];
        BinaryPrimitives.WriteInt64BigEndian(nonce, time.GetUtcNow().ToUnixTimeSeconds());
        Mac(nonce[..TimeLength], nonce[TimeLength..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>Whether this server made the nonce, and not too long ago.</summary>
    public bool IsGood(string nonce)
    {
        Span<byte> given = stackalloc byte[TimeLength + MacLength];
        if (nonce.Length != Base64Url.GetEncodedLength(given.Length) || !Base64Url.TryDecodeFromChars(nonce, given, out var length) || length != given.Length) return false;
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(given[..TimeLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, given[TimeLength..])) return false;
        var age = time.GetUtcNow().ToUnixTimeSeconds() - BinaryPrimitives.ReadInt64BigEndian(given);
        return age <= options.Lifetimes.DPoPNonce.TotalSeconds && age >= -options.Lifetimes.ClockSkew.TotalSeconds;
    }

    private void Mac(ReadOnlySpan<byte> moment, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[32];
        HMACSHA256.HashData(_key.Value, moment, whole);
        whole[..MacLength].CopyTo(mac);
    }
}
