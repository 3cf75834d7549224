using System.Buffers.Binary;
using System.Globalization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Hashes of passwords and client secrets as other systems write them, in the form that is stored here; null for those that cannot be verified, or not at a bearable cost.</summary>
internal static class ForeignHashes
{
    /// <summary>Iterations below which a hash is as good as none for whoever has it.</summary>
    public const int Weak = 10_000;

    /// <summary>Most characters of a hash.</summary>
    private const int Longest = 1024;

    /// <summary>ASP.NET Core Identity, version 2 (HMAC-SHA-1, 1,000 iterations) and 3 (digest, iterations and salt in a header), and OpenIddict's client secrets, which are as version 3.</summary>
    public static string? OfAspNet(string text)
    {
        if (text.Length > Longest) return null;
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return null;
        ReadOnlySpan<byte> hash = bytes.AsSpan(0, length);
        if (hash is [0x00, ..] && length == 49) return Pbkdf2Hash.Write("sha1", 1000, hash[1..17], hash[17..]);
        if (hash is not [0x01, ..] || length < 13) return null;
        var digest = BinaryPrimitives.ReadUInt32BigEndian(hash[1..]) switch { 0 => "sha1", 1 => "sha256", 2 => "sha512", _ => "" };
        var salt = BinaryPrimitives.ReadUInt32BigEndian(hash[9..]);
        return salt <= Pbkdf2Hash.LongestSalt && 13 + salt < length ? Pbkdf2Hash.Write(digest, BinaryPrimitives.ReadUInt32BigEndian(hash[5..]), hash[13..(13 + (int)salt)], hash[(13 + (int)salt)..]) : null;
    }

    /// <summary>passlib: bcrypt, and "$pbkdf2-sha256$29000$SALT$HASH" with "." for "+" and without padding.</summary>
    public static string? OfPasslib(string text)
    {
        if (text.Length > Longest) return null;
        if (text.StartsWith("$2", StringComparison.Ordinal)) return Passwords.IsHash(text) ? text : null;
        if (text.Split('$') is not ["", var scheme, var cost, var salt, var hash] || !long.TryParse(cost, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)) return null;
        var digest = scheme switch { "pbkdf2" => "sha1", "pbkdf2-sha256" => "sha256", "pbkdf2-sha512" => "sha512", _ => null };
        return digest is not null && Decode(salt) is { } saltBytes && Decode(hash) is { } hashBytes ? Pbkdf2Hash.Write(digest, iterations, saltBytes, hashBytes) : null;

        static byte[]? Decode(string adapted) => TryDecode(adapted.Replace('.', '+').PadRight((adapted.Length + 3) / 4 * 4, '='));
    }

    /// <summary>Keycloak: its name of the algorithm, and base64. Argon2, its default of late, cannot be verified here.</summary>
    public static string? OfKeycloak(string? algorithm, long iterations, string? salt, string? value)
    {
        var digest = algorithm switch { "pbkdf2" => "sha1", "pbkdf2-sha256" => "sha256", "pbkdf2-sha512" => "sha512", _ => null };
        return digest is not null && salt is { Length: < Longest } && value is { Length: < Longest } && TryDecode(salt) is { } saltBytes && TryDecode(value) is { } hash ? Pbkdf2Hash.Write(digest, iterations, saltBytes, hash) : null;
    }

    /// <summary>Whether a hash that is kept is a cheap one.</summary>
    public static bool IsWeak(string stored) => Pbkdf2Hash.Read(stored) is { Iterations: < Weak } || stored is ['$', '2', _, '$', '0', < '8', ..];

    private static byte[]? TryDecode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
