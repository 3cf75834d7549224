using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>Compact JWS: written without garbage, read without mercy. RFC 7515 §5, RFC 8725.</summary>
[Specification("RFC 7515", "JSON Web Signature")]
[Specification("RFC 8725", "JSON Web Token Best Current Practices")]
internal static class Jws
{
    /// <summary>The longest token that is looked at.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxKept = 64 * 1024;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly ConcurrentDictionary<(string Kid, string Type), byte[]> Headers = new();
    [ThreadStatic] private static ArrayBufferWriter<byte>? _payload;
    [ThreadStatic] private static Utf8JsonWriter? _writer;

    /// <summary>Writes and signs a token.</summary>
    public static string Write<TState>(SigningCredential key, string type, TState state, Action<Utf8JsonWriter, TState> claims)
    {
        var payload = _payload ??= new ArrayBufferWriter<byte>(2048);
        payload.ResetWrittenCount();
        var json = _writer ??= new Utf8JsonWriter(payload, new JsonWriterOptions { SkipValidation = true });
        json.Reset(payload);
        json.WriteStartObject();
        claims(json, state);
        json.WriteEndObject();
        json.Flush();

        var header = Headers.GetOrAdd((key.Kid, type), static (id, algorithm) => Header(id.Kid, id.Type, algorithm), key.Algorithm);
        var signed = header.Length + 1 + Base64Url.GetEncodedLength(payload.WrittenCount);
        var total = signed + 1 + Base64Url.GetEncodedLength(key.SignatureLength);
        var buffer = ArrayPool<byte>.Shared.Rent(total);
        header.CopyTo(buffer, 0);
        buffer[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload.WrittenSpan, buffer.AsSpan(header.Length + 1), out _, out _);

        Span<byte> signature = stackalloc byte[512];
        signature = signature[..key.SignatureLength];
        key.Sign(buffer.AsSpan(0, signed), signature);
        buffer[signed] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, buffer.AsSpan(signed + 1), out _, out _);
        var token = Encoding.ASCII.GetString(buffer, 0, total);
        ArrayPool<byte>.Shared.Return(buffer);
        if (payload.Capacity > MaxKept) (_payload, _writer) = (null, null); // a whole list is not kept for every thread
        return token;
    }

    /// <summary>The payload that <see cref="Write"/> would sign, and the length of the token that it would make.</summary>
    public static (byte[] Payload, int Length) Preview<TState>(SigningCredential key, string type, TState state, Action<Utf8JsonWriter, TState> claims)
    {
        var payload = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(payload, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            claims(json, state);
            json.WriteEndObject();
        }

        var length = Header(key.Kid, type, key.Algorithm).Length + 1 + Base64Url.GetEncodedLength(payload.WrittenCount) + 1 + Base64Url.GetEncodedLength(key.SignatureLength);
        return (payload.WrittenSpan.ToArray(), length);
    }

    /// <summary>Reads a token of this server: the header names a key that <paramref name="find"/> knows, its algorithm and no other, the wanted type; the signature holds.</summary>
    /// <returns>The payload as UTF-8 JSON; null when anything does not hold.</returns>
    public static byte[]? Read(string token, string type, Func<string, SigningCredential?> find)
    {
        if (token.Length is 0 or > MaxLength) return null;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || last == token.Length - 1) return null;
        var header = token.AsSpan(0, first);
        var payload = token.AsSpan(first + 1, last - first - 1);
        var signature = token.AsSpan(last + 1);
        if (!IsCanonical(header) || !IsCanonical(payload) || !IsCanonical(signature)) return null;

        // Headers of this server's keys are compared as text: no second spelling, no embedded key, no crit (RFC 8725 §3.1, §3.11).
        if (KidOf(header) is not { } kid || find(kid) is not { } key) return null;
        var expected = Headers.GetOrAdd((key.Kid, type), static (id, algorithm) => Header(id.Kid, id.Type, algorithm), key.Algorithm);
        if (!Ascii.Equals(header, expected)) return null;
        if (Base64Url.GetMaxDecodedLength(signature.Length) != key.SignatureLength) return null;

        Span<byte> decoded = stackalloc byte[512];
        decoded = decoded[..key.SignatureLength];
        Base64Url.DecodeFromChars(signature, decoded, out _, out _);
        var input = ArrayPool<byte>.Shared.Rent(last);
        Encoding.ASCII.GetBytes(token.AsSpan(0, last), input);
        var holds = key.Verify(input.AsSpan(0, last), decoded);
        ArrayPool<byte>.Shared.Return(input);
        return holds ? Base64Url.DecodeFromChars(payload) : null;
    }

    private static byte[] Header(string kid, string type, string algorithm) =>
        Encoding.ASCII.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"{{type}}","kid":"{{kid}}"}""")));

    private static string? KidOf(ReadOnlySpan<char> header)
    {
        if (header.Length > 512) return null;
        Span<byte> json = stackalloc byte[Base64Url.GetMaxDecodedLength(header.Length)];
        Base64Url.DecodeFromChars(header, json, out _, out var length);
        var kid = json[..length].LastIndexOf("\"kid\":\""u8);
        if (kid < 0) return null;
        var value = json[(kid + 7)..length];
        var end = value.IndexOf((byte)'"');
        return end is > 0 and <= 128 ? Encoding.UTF8.GetString(value[..end]) : null;
    }

    // One spelling for each value: base64url without padding, blanks, or set bits beyond the last byte.
    private static bool IsCanonical(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Alphabet)) return false;
        var rest = text.Length % 4;
        if (rest == 1) return false;
        if (rest == 0) return true;
        var bits = Value(text[^1]);
        return rest == 2 ? (bits & 15) == 0 : (bits & 3) == 0;
    }

    private static int Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '-' => 62,
        _ => 63,
    };
}
