using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Clients;

/// <summary>A client assertion as it was sent: read strictly, nothing of it proven yet. RFC 7523 §2.2 and §3, RFC 8725.</summary>
/// <remarks>Keys that the header offers (jku, x5u, x5c, jwk) are not even read: the client's registered keys count, and no others.</remarks>
internal sealed class ClientAssertion
{
    private const int MaxLength = 8 * 1024;
    private const int MaxText = 256;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The alg of the header, to be compared with what the client registered.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The kid; null when there is none.</summary>
    public string? Kid { get; init; }

    /// <summary>iss.</summary>
    public required string Issuer { get; init; }

    /// <summary>sub.</summary>
    public required string Subject { get; init; }

    /// <summary>aud as texts; empty when it is missing or holds anything else.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>True when aud is an array.</summary>
    public required bool HasAudienceArray { get; init; }

    /// <summary>jti.</summary>
    public required string Jti { get; init; }

    /// <summary>exp.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>nbf.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>iat.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>What is signed: header and payload as they were sent.</summary>
    public required byte[] Signed { get; init; }

    /// <summary>The signature.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Reads an assertion; null when it is not a well-formed one.</summary>
    public static ClientAssertion? Read(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength } || text.Split('.') is not [var head, var body, var signature]) return null;
        try
        {
            using var header = JsonDocument.Parse(Decode(head), Strict);
            using var payload = JsonDocument.Parse(Decode(body), Strict);
            return Read(header.RootElement, payload.RootElement, Encoding.ASCII.GetBytes(text, 0, head.Length + 1 + body.Length), Decode(signature));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ClientAssertion? Read(JsonElement header, JsonElement payload, byte[] signed, byte[] signature)
    {
        if (header.ValueKind != JsonValueKind.Object || payload.ValueKind != JsonValueKind.Object) return null;
        if (header.TryGetProperty("crit", out _)) return null; // RFC 7515 §4.1.11: an extension that must be understood, and is not
        // RFC 8725 §3.11: a token that says what else it is, is not an assertion.
        if (Text(header, "typ") is { } type && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase) && type != "client-authentication+jwt") return null;
        if (Text(header, "alg") is not { } algorithm || Text(payload, "iss") is not { } issuer || Text(payload, "sub") is not { } subject) return null;
        if (Text(payload, "jti") is not { Length: > 0 } jti || Time(payload, "exp") is not { } expires) return null;
        var audience = payload.TryGetProperty("aud", out var aud) ? aud : default;
        return new ClientAssertion
        {
            Algorithm = algorithm, Kid = Text(header, "kid"), Issuer = issuer, Subject = subject, Jti = jti, Expires = expires,
            NotBefore = Time(payload, "nbf"), IssuedAt = Time(payload, "iat"), Signed = signed, Signature = signature,
            HasAudienceArray = audience.ValueKind == JsonValueKind.Array,
            Audiences = audience.ValueKind switch
            {
                JsonValueKind.String => [audience.GetString()!],
                JsonValueKind.Array => [.. audience.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : throw new FormatException())],
                _ => [],
            },
        };
    }

    private static byte[] Decode(string part) => part.AsSpan().ContainsAnyExcept(Alphabet) ? throw new FormatException() : Base64Url.DecodeFromChars(part);

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var member) ? null
        : member.ValueKind == JsonValueKind.String && member.GetString() is { Length: <= MaxText } text ? text
        : throw new FormatException();

    // A NumericDate is a number (RFC 7519 §2), within the years that a calendar has.
    private static DateTimeOffset? Time(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var member)) return null;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out var seconds) || seconds is not (>= 0 and < 253_402_300_800)) throw new FormatException();
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
    }
}
