using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Clients;

/// <summary>Compares a client secret with the stored hashes. Secrets have at least 128 random bits, so one SHA-256 is enough; the comparison takes the same time wherever they differ.</summary>
internal static class ClientSecretCheck
{
    /// <summary>The longest secret that is looked at.</summary>
    public const int MaxLength = 1024;

    private static readonly List<ClientSecret> Nobody = [new ClientSecret(new string('A', 43), default, null)];

    /// <summary>What is stored of a secret.</summary>
    public static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Why the secret does not hold; null when one of the client's secrets that count now is this one.</summary>
    public static string? Refuse(Application? client, string secret, DateTimeOffset now)
    {
        if (secret.Length is 0 or > MaxLength) return "the secret is empty or too long";
        Span<byte> utf8 = stackalloc byte[MaxLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> shown = stackalloc byte[43];
        Span<byte> stored = stackalloc byte[43];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)], hash);
        Base64Url.EncodeToUtf8(hash, shown, out _, out _);

        var matches = false;
        foreach (var one in client?.Secrets ?? Nobody)
        {
            if (one.IsActive(now) && ImportedSecrets.IsOne(one.Hash)) matches |= ImportedSecrets.Verify(one.Hash, utf8[..Encoding.UTF8.GetByteCount(secret)], hash);
            if (one.Hash.Length != stored.Length || !one.IsActive(now)) continue;
            Encoding.ASCII.GetBytes(one.Hash, stored);
            matches |= CryptographicOperations.FixedTimeEquals(shown, stored);
        }

        return client is null ? "there is no such client" : matches ? null : "the secret is not one of its secrets, or has expired";
    }
}
