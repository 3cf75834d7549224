using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Protocol;

/// <summary>Random values that open something, and the hashes that are kept of them.</summary>
/// <remarks>256 random bits need no slow hash: SHA-256 cannot be searched backwards from such a space.</remarks>
public static class Secrets
{
    /// <summary>A new value of 256 random bits, base64url.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A new identifier of 128 random bits, base64url: safe to show.</summary>
    public static string CreateId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>What is stored of a value: base64url of SHA-256 over the kind and the value, so that a value of one kind never opens another.</summary>
    public static string Hash(string kind, ReadOnlySpan<char> value)
    {
        var count = Encoding.UTF8.GetByteCount(kind) + 1 + Encoding.UTF8.GetByteCount(value);
        var bytes = count <= 512 ? stackalloc byte[count] : new byte[count];
        var length = Encoding.UTF8.GetBytes(kind, bytes);
        bytes[length++] = 0;
        Encoding.UTF8.GetBytes(value, bytes[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Base64Url.EncodeToString(hash);
    }
}
