using System.Buffers.Text;
using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Unicode;
using Pynomaly.Identity.Users.Attestation;

namespace Pynomaly.Identity.Users;

/// <summary>What a browser answers to a WebAuthn ceremony, checked for its form before anything in it is believed. Web Authentication Level 3 §5.1 (RegistrationResponseJSON, AuthenticationResponseJSON).</summary>
/// <remarks>One JSON object, no name twice, base64url in its one spelling, CBOR that fills its bytes: what could be read in two ways is refused (WA-03, WA-14, WA-17).
/// Whether it is true is for <see cref="PasskeyVerifier"/> to say.</remarks>
internal sealed record PasskeyAnswer
{
    private const int Longest = 64 * 1024;
    private const int LongestId = 1364; // 1023 bytes (§7.1 step 25)

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The credential's id, base64url.</summary>
    public required string Id { get; init; }

    /// <summary>The model, as 8-4-4-4-12; null in an assertion.</summary>
    public string? Aaguid { get; init; }

    /// <summary>Reads the answer of navigator.credentials.create; null when it is malformed.</summary>
    public static PasskeyAnswer? ReadCreation(string json) => Read(json, (id, response) =>
    {
        if (BytesOf(response, "attestationObject") is not { } bytes) return null;
        using var attestation = AttestationObject.Read(bytes);
        if (!attestation.Data.CredentialId.Span.SequenceEqual(Base64Url.DecodeFromChars(id))) return null;
        return new PasskeyAnswer { Id = id, Aaguid = new Guid(attestation.Data.Aaguid.Span, bigEndian: true).ToString("D") };
    });

    /// <summary>Reads the answer of navigator.credentials.get; null when it is malformed.</summary>
    public static PasskeyAnswer? ReadRequest(string json) => Read(json, (id, response) =>
        BytesOf(response, "authenticatorData") is { } bytes && IsAssertionData(bytes) && BytesOf(response, "signature") is not null ? new PasskeyAnswer { Id = id } : null);

    private static PasskeyAnswer? Read(string json, Func<string, JsonElement, PasskeyAnswer?> readResponse)
    {
        if (json.Length is 0 or > Longest) return null;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !HasOneReading(root) || TextOf(root, "type") != "public-key") return null;
            if (TextOf(root, "id") is not { Length: > 0 and <= LongestId } id || TextOf(root, "rawId") != id || BytesOf(root, "id") is null) return null;
            if (!root.TryGetProperty("response", out var response) || response.ValueKind != JsonValueKind.Object) return null;
            return BytesOf(response, "clientDataJSON") is { } clientData && IsOneObject(clientData) ? readResponse(id, response) : null;
        }
        catch (Exception e) when (e is JsonException or AttestationException or CborContentException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return null; // not JSON, not base64url, not CBOR
        }
    }

    // §7.1 step 5: UTF-8 without a byte order mark, and nothing behind the object.
    private static bool IsOneObject(byte[] clientData)
    {
        if (!Utf8.IsValid(clientData) || clientData.AsSpan().StartsWith("\uFEFF"u8)) return false;
        using var document = JsonDocument.Parse(clientData, Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object && HasOneReading(document.RootElement);
    }

    // The framework's handler reads names in any case: "origin" and "ORIGIN" side by side would mean one thing here and another there.
    private static bool HasOneReading(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => HasDistinctNames(element) && element.EnumerateObject().All(member => HasOneReading(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(HasOneReading),
        _ => true,
    };

    private static bool HasDistinctNames(JsonElement element)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return element.EnumerateObject().All(member => names.Add(member.Name));
    }

    // §6.1: hash, flags and counter, and extensions where their flag is set. A credential stands in registrations only.
    private static bool IsAssertionData(byte[] data)
    {
        const int length = 37;
        const byte hasCredential = 0x40, hasExtensions = 0x80;
        if (data.Length < length || (data[32] & hasCredential) != 0) return false;
        return (data[32] & hasExtensions) == 0 ? data.Length == length : data.Length > length && StrictCbor.LengthOfFirst(data.AsMemory(length)) == data.Length - length;
    }

    private static string? TextOf(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Unpadded, and no bits but those of the bytes: an id has one spelling.
    private static byte[]? BytesOf(JsonElement parent, string name)
    {
        if (TextOf(parent, name) is not { } text || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }
}
