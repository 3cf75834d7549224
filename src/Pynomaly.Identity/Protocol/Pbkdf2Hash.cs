using System.Globalization;
using System.Security.Cryptography;

namespace Pynomaly.Identity.Protocol;

/// <summary>A PBKDF2 hash that another system made of a password or a client secret, in one form: "pbkdf2-sha256$27500$SALT$HASH", salt and hash in base64. RFC 8018 §5.2.</summary>
/// <remarks>
/// Of what PBKDF2 derives only the first block is kept: its blocks are independent of each other, so the first (20 to 64 bytes) proves as much, and whoever
/// guesses never computed more. Costs are bounded, so that a hash of a hostile file cannot hold a worker for minutes. New hashes are never made here.
/// </remarks>
[Specification("RFC 8018", "PKCS #5: Password-Based Cryptography, to verify hashes that other systems made")]
internal sealed class Pbkdf2Hash
{
    /// <summary>Most iterations: beyond the most that any of the systems sets by itself (1.3 million of SHA-1).</summary>
    public const int MostIterations = 2_000_000;

    /// <summary>Bytes that a salt may have at most.</summary>
    public const int LongestSalt = 128;

    private const int ShortestHash = 16;
    private const int LongestText = 512;

    private readonly byte[] salt;
    private readonly byte[] hash;

    private Pbkdf2Hash(string digest, int iterations, byte[] salt, byte[] hash) => (Digest, Iterations, this.salt, this.hash) = (digest, iterations, salt, hash);

    /// <summary>Under HMAC of which digest: "sha1", "sha256" or "sha512".</summary>
    public string Digest { get; }

    /// <summary>How many iterations it costs.</summary>
    public int Iterations { get; }

    /// <summary>The form that is stored; null when it could not be verified here, or not at a bearable cost.</summary>
    public static string? Write(string digest, long iterations, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash)
    {
        if (LengthOf(digest) is not { } length || iterations is < 1 or > MostIterations || salt.Length is 0 or > LongestSalt || hash.Length < ShortestHash) return null;
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2-{digest}${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash[..Math.Min(length, hash.Length)])}");
    }

    /// <summary>Reads what is stored; null when it is no such hash, or costs too much.</summary>
    public static Pbkdf2Hash? Read(string stored)
    {
        if (stored.Length > LongestText || !stored.StartsWith("pbkdf2-", StringComparison.Ordinal) || stored.Split('$') is not [var marker, var cost, var salt, var hash]) return null;
        if (LengthOf(marker[7..]) is not { } length || !int.TryParse(cost, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is 0 or > MostIterations) return null;
        return TryDecode(salt) is { Length: > 0 and <= LongestSalt } saltBytes && TryDecode(hash) is { } hashBytes && hashBytes.Length >= ShortestHash && hashBytes.Length <= length
            ? new Pbkdf2Hash(marker[7..], iterations, saltBytes, hashBytes)
            : null;
    }

    /// <summary>Whether this is what was hashed. Compares in the same time wherever they differ.</summary>
    public bool Verify(ReadOnlySpan<byte> presented)
    {
        Span<byte> derived = stackalloc byte[hash.Length];
        Derive(Digest, presented, salt, Iterations, derived);
        var same = CryptographicOperations.FixedTimeEquals(derived, hash);
        CryptographicOperations.ZeroMemory(derived);
        return same;
    }

    /// <summary>The work of so many iterations.</summary>
    public static void Work(string digest, int iterations)
    {
        Span<byte> derived = stackalloc byte[ShortestHash];
        Derive(digest, "work"u8, "work"u8, iterations, derived);
    }

    /// <inheritdoc />
    public override string ToString() => $"pbkdf2-{Digest}"; // the hash does not belong in a log

    private static void Derive(string digest, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> derived) =>
#pragma warning disable CA5379, CA5350 // what stands in somebody's database; HMAC does not need the collision resistance that SHA-1 lost, and the hash is replaced at the next sign-in
        Rfc2898DeriveBytes.Pbkdf2(password, salt, derived, iterations, digest switch { "sha1" => HashAlgorithmName.SHA1, "sha256" => HashAlgorithmName.SHA256, _ => HashAlgorithmName.SHA512 });
#pragma warning restore CA5379, CA5350

    private static int? LengthOf(string digest) => digest switch { "sha1" => 20, "sha256" => 32, "sha512" => 64, _ => null };

    private static byte[]? TryDecode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
