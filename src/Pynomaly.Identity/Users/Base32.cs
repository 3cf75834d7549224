using System.Text;

namespace Pynomaly.Identity.Users;

/// <summary>Base32, in which authenticator apps take seeds. RFC 4648 §6, without padding.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The text of the bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            (buffer, bits) = ((buffer << 8) | one, bits + 8);
            for (; bits >= 5; bits -= 5) text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0) text.Append(Alphabet[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>The bytes of a text as people copy it: in either case, with blanks between groups and with padding; null when it is no Base32.</summary>
    public static byte[]? TryDecode(string text)
    {
        var characters = text.Replace(" ", "", StringComparison.Ordinal).TrimEnd('=').ToUpperInvariant();
        List<byte> bytes = [];
        var (buffer, bits) = (0, 0);
        foreach (var character in characters)
        {
            if (Alphabet.IndexOf(character, StringComparison.Ordinal) is var value && value < 0) return null;
            (buffer, bits) = ((buffer << 5) | value, bits + 5);
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }

        return bits < 5 && buffer == 0 ? [.. bytes] : null; // what is left over must be nothing (§3.5)
    }
}
