using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Users;

/// <summary>bcrypt, the password hash of Provos and Mazières: hashes as $2b$, verifies $2a$, $2b$ and $2y$.</summary>
/// <remarks>
/// "A Future-Adaptable Password Scheme", USENIX 1999; $2b$ as OpenBSD and libxcrypt spell it. The three prefixes differ only for a sign-extension
/// bug ($2x$, refused), for lengths over 255 and for bytes that no UTF-8 text contains. Only the first 72 bytes count and a NUL ends nothing here:
/// callers decide what a longer password or a NUL means.
/// </remarks>
internal static unsafe class Bcrypt
{
    /// <summary>Characters of a hash in modular crypt form: "$2b$12$", 22 of salt, 31 of digest.</summary>
    public const int EncodedLength = 60;

    /// <summary>Bytes of a password that bcrypt reads.</summary>
    public const int PasswordBytes = 72;

    private const int SaltBytes = 16;
    private const int DigestBytes = 23;
    private const int SaltStart = 7;
    private const int DigestStart = 29;
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // Work is counted, so that a test can hold two ways of refusing against each other without a clock.
    [ThreadStatic]
    internal static long RoundsOfThisThread;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Hashes under a fresh random salt.</summary>
    public static string Hash(ReadOnlySpan<byte> password, int cost)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return Hash(password, salt, cost);
    }

    /// <summary>Hashes under the given salt.</summary>
    public static string Hash(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int cost)
    {
        Span<byte> digest = stackalloc byte[DigestBytes];
        Digest(password, salt, cost, digest);
        return string.Create(CultureInfo.InvariantCulture, $"$2b${cost:00}${Encode(salt)}{Encode(digest)}");
    }

    /// <summary>Whether the password has this hash; false for anything that is no hash of ours.</summary>
    public static bool Verify(ReadOnlySpan<byte> password, ReadOnlySpan<char> stored)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        Span<byte> expected = stackalloc byte[DigestBytes];
        if (ReadCost(stored) is not { } cost || !TryDecode(stored[SaltStart..DigestStart], salt) || !TryDecode(stored[DigestStart..], expected)) return false;

        Span<byte> digest = stackalloc byte[DigestBytes];
        Digest(password, salt, cost, digest);
        var same = CryptographicOperations.FixedTimeEquals(digest, expected);
        CryptographicOperations.ZeroMemory(digest);
        return same;
    }

    /// <summary>The cost (4 to 31) that a hash names, or null when the text is no bcrypt hash.</summary>
    public static int? ReadCost(ReadOnlySpan<char> stored)
    {
        if (stored.Length != EncodedLength || stored is not ['$', '2', 'a' or 'b' or 'y', '$', >= '0' and <= '9', >= '0' and <= '9', '$', ..]) return null;
        if (stored[SaltStart..].ContainsAnyExcept(Letters)) return null;

        var cost = ((stored[4] - '0') * 10) + stored[5] - '0';
        return cost is >= 4 and <= 31 ? cost : null;
    }

    private static void Digest(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int cost, Span<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, 31);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltBytes);

        var state = stackalloc uint[BlowfishBoxes.Words];
        var key = stackalloc uint[BlowfishBoxes.Subkeys];
        var saltKey = stackalloc uint[BlowfishBoxes.Subkeys];
        var block = stackalloc uint[6];
        try
        {
            BlowfishBoxes.Initial.CopyTo(new Span<uint>(state, BlowfishBoxes.Words));
            Repeat(password, key, terminated: 1);
            Repeat(salt, saltKey, terminated: 0);

            RoundsOfThisThread += 1L << cost;
            Expand(state, key, saltKey);
            for (var rounds = 1u << cost; rounds > 0; rounds--)
            {
                Expand(state, key, null);
                Expand(state, saltKey, null);
            }

            var text = "OrpheanBeholderScryDoubt"u8;
            for (var i = 0; i < 6; i++) block[i] = BinaryPrimitives.ReadUInt32BigEndian(text[(i * 4)..]);
            for (var i = 0; i < 6; i += 2)
            {
                for (var n = 0; n < 64; n++) Encrypt(state, ref block[i], ref block[i + 1]);
            }

            for (var i = 0; i < DigestBytes; i++) digest[i] = (byte)(block[i >> 2] >> (24 - (8 * (i & 3))));
        }
        finally
        {
            // The state is a function of the password alone: what lies on a dead stack can be read from a dump.
            CryptographicOperations.ZeroMemory(new Span<byte>(state, BlowfishBoxes.Words * sizeof(uint)));
            CryptographicOperations.ZeroMemory(new Span<byte>(key, BlowfishBoxes.Subkeys * sizeof(uint)));
            CryptographicOperations.ZeroMemory(new Span<byte>(block, 6 * sizeof(uint)));
        }
    }

    /// <summary>Fills 18 big-endian words by repeating the bytes, after each turn with the C string's terminating NUL if there is one.</summary>
    private static void Repeat(ReadOnlySpan<byte> bytes, uint* words, int terminated)
    {
        var at = 0;
        for (var i = 0; i < BlowfishBoxes.Subkeys; i++)
        {
            var word = 0u;
            for (var n = 0; n < 4; n++)
            {
                word = (word << 8) | (at < bytes.Length ? bytes[at] : 0u);
                if (++at >= bytes.Length + terminated) at = 0;
            }

            words[i] = word;
        }
    }

    /// <summary>ExpandKey of the paper: the key into P, then P and S replaced by the running encryption, mixed with the salt if one is given.</summary>
    private static void Expand(uint* state, uint* key, uint* salt)
    {
        for (var i = 0; i < BlowfishBoxes.Subkeys; i++) state[i] ^= key[i];

        uint left = 0, right = 0;
        for (var i = 0; i < BlowfishBoxes.Words; i += 2)
        {
            if (salt is not null)
            {
                left ^= salt[i & 2];
                right ^= salt[(i & 2) + 1];
            }

            Encrypt(state, ref left, ref right);
            state[i] = left;
            state[i + 1] = right;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Encrypt(uint* state, ref uint leftHalf, ref uint rightHalf)
    {
        var boxes = state + BlowfishBoxes.Subkeys;
        var left = leftHalf ^ state[0];
        var right = rightHalf;
        for (var i = 1; i <= 16; i += 2)
        {
            right ^= Mix(boxes, left) ^ state[i];
            left ^= Mix(boxes, right) ^ state[i + 1];
        }

        leftHalf = right ^ state[17];
        rightHalf = left;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint* boxes, uint x) =>
        ((boxes[x >> 24] + boxes[256 + ((x >> 16) & 0xff)]) ^ boxes[512 + ((x >> 8) & 0xff)]) + boxes[768 + (x & 0xff)];

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var bits = 0u;
        var held = 0;
        foreach (var value in bytes)
        {
            bits = (bits << 8) | value;
            for (held += 8; held >= 6; held -= 6) text.Append(Alphabet[(int)(bits >> (held - 6)) & 63]);
        }

        return held == 0 ? text.ToString() : text.Append(Alphabet[(int)(bits << (6 - held)) & 63]).ToString();
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var bits = 0u;
        var held = 0;
        var at = 0;
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0) return false;

            bits = (bits << 6) | (uint)value;
            held += 6;
            if (held < 8) continue;

            held -= 8;
            bytes[at++] = (byte)(bits >> held);
        }

        return at == bytes.Length;
    }
}
