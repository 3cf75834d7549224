using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>An API key as text: "pyn_" and an id of 16, "_", a secret of 256 bits and a checksum, all of letters and digits. A scanner finds it by <see cref="Pattern"/>, and the checksum spares it chance finds.</summary>
/// <remarks>The id is no secret: it is the client_id (RFC 6749 §2.2). Of the key itself only a hash is kept.</remarks>
public static class ApiKeyText
{
    /// <summary>How every key and every id of one begins.</summary>
    public const string Prefix = "pyn_";

    /// <summary>The regular expression of a key.</summary>
    public const string Pattern = "pyn_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}";

    /// <summary>How many characters a key has.</summary>
    public const int Length = IdLength + 1 + SecretLength + ChecksumLength;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);
    private const string Kind = "api_key";
    private const int IdLength = 20;
    private const int SecretLength = 43; // 62^43 is more than 2^256
    private const int ChecksumLength = 6;

    /// <summary>A new id.</summary>
    public static string CreateId() => Prefix + RandomNumberGenerator.GetString(Alphabet, IdLength - Prefix.Length);

    /// <summary>A new key of that id.</summary>
    public static string Create(string id)
    {
        var text = $"{id}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return text + Checksum(text);
    }

    /// <summary>The id of a key; null when the text is no key, or one that was mistyped.</summary>
    public static string? IdOf(string? text)
    {
        if (text is not { Length: Length } || text[IdLength] != '_' || !IsId(text.AsSpan(0, IdLength))) return null;
        if (text.AsSpan(IdLength + 1).ContainsAnyExcept(Letters)) return null;
        var shown = text.AsSpan(Length - ChecksumLength);
        return shown.SequenceEqual(Checksum(text.AsSpan(0, Length - ChecksumLength))) ? text[..IdLength] : null;
    }

    /// <summary>Whether the text is the id of a key, and so never a registered client's.</summary>
    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length == IdLength && text.StartsWith(Prefix, StringComparison.Ordinal) && !text[Prefix.Length..].ContainsAnyExcept(Letters);

    /// <summary>What lists show of a key: enough to tell one from another, and eight characters of the id at most (security case AK-01).</summary>
    public static string PrefixOf(string id) => id.Length > 8 ? id[..8] : id;

    /// <summary>What is stored of a key.</summary>
    public static string Hash(string key) => Secrets.Hash(Kind, key);

    // CRC-32 of ISO 3309, written in base 62: it tells a typing error from a key, and guards nothing.
    private static string Checksum(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var crc = uint.MaxValue;
        foreach (var one in bytes[..Encoding.ASCII.GetBytes(text, bytes)])
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        Span<char> digits = stackalloc char[ChecksumLength];
        var rest = ~crc;
        for (var i = digits.Length - 1; i >= 0; i--) (digits[i], rest) = (Alphabet[(int)(rest % 62)], rest / 62);
        return digits.ToString();
    }
}
