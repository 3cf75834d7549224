using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Client secrets that came from another server as PBKDF2 hashes. The slow hash is computed when a secret is shown for the first time; then the SHA-256 of the right one is remembered in memory.</summary>
/// <remarks>Who guesses pays for every guess with our time, so hashes that cost more than a few milliseconds are not taken over; a secret of this server's own is the better answer.</remarks>
internal static class ImportedSecrets
{
    /// <summary>Most iterations: what OpenIddict sets, ten times over.</summary>
    public const int MostIterations = 100_000;

    private const int MostRemembered = 10_000;
    private static readonly ConcurrentDictionary<string, byte[]> Remembered = new(StringComparer.Ordinal);

    /// <summary>Whether the stored text is such a hash.</summary>
    public static bool IsOne(string stored) => stored.StartsWith("pbkdf2-", StringComparison.Ordinal);

    /// <summary>Whether this is the secret; "digest" is its SHA-256.</summary>
    public static bool Verify(string stored, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> digest)
    {
        if (Remembered.TryGetValue(stored, out var known)) return CryptographicOperations.FixedTimeEquals(known, digest);
        if (Pbkdf2Hash.Read(stored) is not { Iterations: <= MostIterations } hash || !hash.Verify(secret)) return false;
        if (Remembered.Count >= MostRemembered) Remembered.Clear();
        Remembered[stored] = digest.ToArray();
        return true;
    }
}
