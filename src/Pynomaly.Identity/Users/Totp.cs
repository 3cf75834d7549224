using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>Time-based one-time passwords: HMAC-SHA-1, steps of 30 seconds, six ASCII digits, which is what every authenticator app knows.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc6238">RFC 6238</see> over RFC 4226. A clock may differ by one step either way; a step is accepted once, and only after all that were accepted before.</remarks>
[Specification("RFC 6238", "TOTP: Time-Based One-Time Password Algorithm")]
internal static class Totp
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Bytes of a new seed: as many as the hash has (RFC 4226 §4 R6 recommends 160 bits).</summary>
    public const int SeedLength = 20;

    private const int Period = 30;
    private const int Drift = 1;

    /// <summary>The time step that the moment lies in. §4.2.</summary>
    public static long StepOf(DateTimeOffset moment) => (long)Math.Floor(moment.ToUnixTimeMilliseconds() / (Period * 1000.0));

    /// <summary>The code of a step. RFC 4226 §5.3.</summary>
    public static string Code(ReadOnlySpan<byte> seed, long step, int digits = Digits)
    {
        Span<byte> counter = stackalloc byte[8];
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 4226 §B.2: HMAC does not need the collision resistance that SHA-1 lost, and apps know nothing else
        HMACSHA1.HashData(seed, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The step whose code was given: now, one before or one after, and later than the last accepted; null when it is none of theirs. §5.2, §6.</summary>
    public static long? Match(ReadOnlySpan<byte> seed, string code, DateTimeOffset now, long lastStep)
    {
        if (!IsWellFormed(code)) return null;
        var given = Encoding.ASCII.GetBytes(code);
        long? match = null;
        for (var step = StepOf(now) - Drift; step <= StepOf(now) + Drift; step++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(seed, step)), given) && step > lastStep) match ??= step;
        return match;
    }

    /// <summary>Six ASCII digits: no sign, no blank, no digit of another script.</summary>
    public static bool IsWellFormed(string code) => code.Length == Digits && code.All(char.IsAsciiDigit);
}
