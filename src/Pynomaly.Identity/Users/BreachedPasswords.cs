using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>A file with the SHA-1 hashes of breached passwords, as Have I Been Pwned publishes it: lines of HASH:COUNT, ordered by hash.</summary>
/// <remarks>
/// NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.12. Searched where it lies, by halves: some 35 reads of a file of 40 GB, and no byte of a password leaves the machine. Opened for each
/// question, so that a newer file can take its place by a rename.
/// </remarks>
internal sealed class BreachedPasswords(string path)
{
    private const int HashLength = 40;

    // Hash, colon, a count of at most 19 digits, and the end of the line, twice over: a line that begins anywhere in it ends in it.
    private const int Window = 128;
    private const int Samples = 1000;

    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    /// <summary>Whether the password is in the file.</summary>
    /// <exception cref="IOException">The file cannot be read: who asked must not take that for a no.</exception>
    public bool Contains(string password)
    {
        using var file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        return Contains(file, HashOf(password));
    }

    /// <summary>Looks at a thousand lines from the first to the last: hashes, in order.</summary>
    /// <exception cref="ConfigurationException">It is not such a file.</exception>
    public void Check()
    {
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.RandomAccess);
            var length = RandomAccess.GetLength(file);
            var previous = string.Empty;
            for (var sample = 0; sample < Samples; sample++)
            {
                if (Next(file, (long)((Int128)length * sample / Samples), length) is not (_, { } hash)) break;
                if (string.CompareOrdinal(previous, hash) > 0) throw new InvalidDataException("is not ordered by hash");
                previous = hash;
            }

            if (previous.Length == 0) throw new InvalidDataException("is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationException(
                $"Identity:Passwords:BreachedList: {path} cannot be used: it {(e is InvalidDataException ? e.Message : "cannot be read")}. Write the path of a file with lines HASH:COUNT, SHA-1 in hexadecimal, ordered by hash.");
        }
    }

    private static bool Contains(SafeFileHandle file, string wanted)
    {
        // The line, if there is one, begins in [from, to).
        long from = 0, to = RandomAccess.GetLength(file);
        var end = to;
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            if (Next(file, middle, end) is not var (start, hash) || start >= to)
            {
                to = middle;
                continue;
            }

            var order = string.CompareOrdinal(wanted, hash);
            if (order == 0) return true;
            if (order < 0) to = middle;
            else from = start + 1;
        }

        return false;
    }

    /// <summary>The first line that begins at the place or behind it; null when there is none.</summary>
    private static (long Start, string Hash)? Next(SafeFileHandle file, long place, long end)
    {
        Span<byte> window = stackalloc byte[Window];
        // From the byte before: if that ends a line, the next one begins at the place itself.
        var origin = Math.Max(0, place - 1);
        var text = window[..RandomAccess.Read(file, window, origin)];
        var start = place == 0 ? 0 : text.IndexOf((byte)'\n') + 1;
        if (place > 0 && start == 0) return text.Length < Window ? null : throw new InvalidDataException("has a line that is too long");
        if (origin + start >= end) return null;

        var line = text[start..];
        if (line.Length <= HashLength || line[HashLength] != ':' || line[..HashLength].ContainsAnyExcept(Hexadecimal))
            throw new InvalidDataException("holds a line that is not HASH:COUNT");
        return (origin + start, Encoding.ASCII.GetString(line[..HashLength]).ToUpperInvariant());
    }

    // SHA-1 is what the file is made with. It guards nothing here: the hash is looked up and forgotten.
    private static string HashOf(string password) => Convert.ToHexString(CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(password)));
}
