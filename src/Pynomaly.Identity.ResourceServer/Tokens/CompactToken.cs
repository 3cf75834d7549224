using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>The parts of a compact JWS, read without mercy before any key is touched: one spelling for each token, one header that names type, algorithm and key. RFC 7515 §3, RFC 8725.</summary>
[Specification("RFC 8725", "JSON Web Token Best Current Practices")]
internal readonly struct CompactToken
{
    /// <summary>The longest token that is looked at.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private CompactToken(string type, string algorithm, string kid) => (Type, Algorithm, Kid) = (type, algorithm, kid);

    public string Type { get; }

    public string Algorithm { get; }

    public string Kid { get; }

    /// <summary>Reads the header; false when the text is no compact JWS in its one canonical spelling, or its header has what is not understood here.</summary>
    /// <remarks>Five parts are an encrypted token: not for us, and nothing of it is inflated (CVE-2024-21319). A key inside the header (jwk, jku, x5u, x5c) is not looked at.</remarks>
    public static bool TryRead(string token, int maxLength, out CompactToken read)
    {
        read = default;
        if (token.Length > maxLength) return false;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || last == token.Length - 1) return false;
        var header = token.AsSpan(0, first);
        if (header.Length > 4096 || !IsCanonical(header) || !IsCanonical(token.AsSpan(first + 1, last - first - 1)) || !IsCanonical(token.AsSpan(last + 1))) return false;
        try
        {
            return TryReadHeader(Base64Url.DecodeFromChars(header), out read);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The payload of a token whose shape holds.</summary>
    public static byte[] PayloadOf(string token)
    {
        var first = token.IndexOf('.', StringComparison.Ordinal);
        return Base64Url.DecodeFromChars(token.AsSpan(first + 1, token.LastIndexOf('.') - first - 1));
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> header, out CompactToken read)
    {
        read = default;
        string? type = null, algorithm = null, kid = null;
        var json = new Utf8JsonReader(header);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("typ"u8)) { if (!Once(ref json, ref type)) return false; }
            else if (json.ValueTextEquals("alg"u8)) { if (!Once(ref json, ref algorithm)) return false; }
            else if (json.ValueTextEquals("kid"u8)) { if (!Once(ref json, ref kid)) return false; }
            else if (json.ValueTextEquals("crit"u8) || json.ValueTextEquals("b64"u8) || json.ValueTextEquals("zip"u8)) return false; // RFC 7515 §4.1.11: nothing critical is understood here
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (json.Read() || algorithm is null || kid is not { Length: > 0 and <= 256 }) return false;
        read = new CompactToken(type ?? "", algorithm, kid);
        return true;
    }

    // RFC 7515 §4: a header says each thing once.
    private static bool Once(ref Utf8JsonReader json, ref string? value)
    {
        json.Read();
        if (value is not null || json.TokenType != JsonTokenType.String) return false;
        value = json.GetString();
        return true;
    }

    // Base64url without padding, blanks, or set bits beyond the last byte.
    private static bool IsCanonical(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Alphabet)) return false;
        return (text.Length % 4) switch { 0 => true, 2 => (Value(text[^1]) & 15) == 0, 3 => (Value(text[^1]) & 3) == 0, _ => false };
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
