using System.Text.Json;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>What a token is bound to: the claim <c>cnf</c>. RFC 7800 §3.1; <c>jkt</c> of RFC 9449 §6.1, <c>x5t#S256</c> of RFC 8705 §3.1.</summary>
internal readonly record struct Confirmation(string? Key, string? Certificate, bool IsUnknown)
{
    /// <summary>Reads. A binding that is not understood is not ignored: the token would be one that anybody may present.</summary>
    public static Confirmation Read(Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException();
        string? key = null, certificate = null;
        var isUnknown = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("jkt"u8)) key = Value(ref json, key);
            else if (json.ValueTextEquals("x5t#S256"u8)) certificate = Value(ref json, certificate);
            else
            {
                isUnknown = true;
                json.Read();
                json.Skip();
            }
        }

        return new Confirmation(key, certificate, isUnknown || (key is null && certificate is null));
    }

    private static string Value(ref Utf8JsonReader json, string? before)
    {
        json.Read();
        if (before is not null || json.TokenType != JsonTokenType.String || json.GetString() is not { Length: 43 } thumbprint) throw new JsonException();
        return thumbprint;
    }
}
