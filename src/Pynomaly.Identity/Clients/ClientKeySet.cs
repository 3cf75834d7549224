using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Clients;

/// <summary>The public keys of a client (a JWK Set, RFC 7517 §5).</summary>
internal sealed class ClientKeySet
{
    private const int MostKeys = 50;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private ClientKeySet(IReadOnlyList<ClientKey> keys) => Keys = keys;

    /// <summary>The keys.</summary>
    public IReadOnlyList<ClientKey> Keys { get; }

    /// <summary>Reads a set that is registered: every key must be one that this server takes.</summary>
    /// <exception cref="CryptographicException">One is not; the message says why.</exception>
    public static ClientKeySet ReadRegistered(string json) => Read(Encoding.UTF8.GetBytes(json), skip: false);

    /// <summary>Reads a set that was fetched: keys that this server does not take are passed over (RFC 7517 §5).</summary>
    /// <exception cref="CryptographicException">It is no JWK Set, or has too many keys.</exception>
    public static ClientKeySet ReadFetched(ReadOnlyMemory<byte> json) => Read(json, skip: true);

    /// <summary>True when one of the keys that the kid leaves made the signature. Without a kid, any may have.</summary>
    public bool Verify(string? kid, string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        foreach (var key in Keys)
            if ((kid is null || key.Kid == kid) && key.Verify(algorithm, data, signature)) return true;
        return false;
    }

    /// <summary>True when the set has a key of that id, or the id is null.</summary>
    public bool Has(string? kid) => kid is null || Keys.Any(key => key.Kid == kid);

    private static ClientKeySet Read(ReadOnlyMemory<byte> json, bool skip)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict); // a name twice means two things to two readers
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array)
                throw new CryptographicException("it is not an object with an array \"keys\"");
            if (array.GetArrayLength() > MostKeys) throw new CryptographicException($"it has more than {MostKeys} keys");
            var keys = new List<ClientKey>();
            foreach (var jwk in array.EnumerateArray())
            {
                if (ReadKey(jwk, skip) is { } key) keys.Add(key);
            }

            if (!skip && keys.Count == 0) throw new CryptographicException("it has no key");
            if (!skip && keys.Where(key => key.Kid is not null).GroupBy(key => key.Kid).Any(same => same.Count() > 1)) throw new CryptographicException("two keys have one kid");
            return new ClientKeySet(keys);
        }
        catch (JsonException)
        {
            throw new CryptographicException("it is not JSON, or has a name twice");
        }
    }

    private static ClientKey? ReadKey(JsonElement jwk, bool skip)
    {
        try
        {
            return ClientKey.Read(jwk);
        }
        catch (CryptographicException) when (skip)
        {
            return null;
        }
    }
}
