using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Administration;

/// <summary>Cursors of lists: the sort values of the last item, so that the next part is found by index however long the list is. Authenticated, and bound to the list, its order and its filters (security case AD-09).</summary>
public sealed class Cursors(MasterKey master)
{
    /// <summary>How many items a part has when nothing is said.</summary>
    public const int Usual = 50;

    /// <summary>How many items a part has at most.</summary>
    public const int Most = 200;

    private const int MacLength = 16;
    private readonly Lazy<byte[]> _key = new(() => master.Derive("list cursors", 32));

    /// <summary>A cursor. "list" names the list, its order and its filters.</summary>
    public string Write(string list, params List<string> values)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(values, StorageJson.Default.ListString);
        return Base64Url.EncodeToString([.. Mac(list, content), .. content]);
    }

    /// <summary>The values of a cursor; null when there is none.</summary>
    /// <exception cref="AdministrationException">Invalid: it is none of this list.</exception>
    public IReadOnlyList<string>? Read(string list, string? cursor)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        if (cursor.Length <= 4096 && Base64Url.IsValid(cursor) && Base64Url.DecodeFromChars(cursor) is { Length: > MacLength } bytes
            && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacLength), Mac(list, bytes.AsSpan(MacLength)))) return JsonSerializer.Deserialize(bytes.AsSpan(MacLength), StorageJson.Default.ListString)!;
        throw AdministrationException.Invalid("after", "unknown", $"This is no cursor of this list");
    }

    /// <summary>Makes a part of a list of one item more than was asked for.</summary>
    public Page<T> Page<T>(string list, List<T> items, int limit, Func<T, List<string>> values)
    {
        if (items.Count <= limit) return new Page<T>(items, null);
        items.RemoveRange(limit, items.Count - limit);
        return new Page<T>(items, Write(list, values(items[^1])));
    }

    private byte[] Mac(string list, ReadOnlySpan<byte> content) =>
        HMACSHA256.HashData(_key.Value.AsSpan(), (byte[])[.. Encoding.UTF8.GetBytes(list), 0, .. content])[..MacLength];
}
