using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>Reads the claims of an access token whose signature holds: those that RFC 9068 §2.2 requires, each once and of its type, the confirmation (RFC 7800), and all of them for the API.</summary>
[Specification("RFC 9068", "JWT Profile for OAuth 2.0 Access Tokens")]
internal static class ClaimReader
{
    private const long LatestTime = 253_402_300_799; // the year 9999

    /// <summary>Reads. §4.</summary>
    public static Verdict Read(ReadOnlySpan<byte> payload, string issuer, string audience, string kid)
    {
        try
        {
            return ReadObject(payload, issuer, audience, kid);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return Refusal.Malformed;
        }
    }

    private static Verdict ReadObject(ReadOnlySpan<byte> payload, string issuer, string audience, string kid)
    {
        string? iss = null, sub = null, client = null, jti = null;
        long? exp = null, iat = null, nbf = null;
        bool hasAudience = false, isForUs = false;
        var confirmation = default(Confirmation);
        var claims = new List<Claim>(24);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var json = new Utf8JsonReader(payload);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return Refusal.Malformed;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!seen.Add(name)) return Refusal.Malformed; // RFC 8725 §2.4: two readers would read two tokens
            json.Read();
            switch (name)
            {
                case "iss": iss = Text(ref json); break;
                case "sub": sub = Text(ref json); break;
                case "client_id": client = Text(ref json); break;
                case "jti": jti = Text(ref json); break;
                case "exp": exp = Time(ref json); break;
                case "iat": iat = Time(ref json); break;
                case "nbf": nbf = Time(ref json); break;
                case "aud":
                    (hasAudience, isForUs) = (true, IsFor(audience, json));
                    break;
                case "cnf":
                    confirmation = Confirmation.Read(json);
                    break;
            }

            AddClaims(claims, name, ref json, issuer);
        }

        if (json.TokenType != JsonTokenType.EndObject || json.Read()) return Refusal.Malformed;
        if (iss != issuer) return Refusal.Issuer; // §4: MUST exactly match
        if (!hasAudience || string.IsNullOrEmpty(sub) || string.IsNullOrEmpty(client) || string.IsNullOrEmpty(jti) || exp is null || iat is null) return Refusal.Claims;
        if (!isForUs) return Refusal.Audience;
        if (confirmation.IsUnknown) return Refusal.Confirmation;
        return new AccessToken
        {
            Kid = kid, ClientId = client, Subject = sub, Id = IdOf(jti), IssuedAt = iat.Value, NotBefore = nbf ?? iat.Value, Expires = exp.Value,
            KeyThumbprint = confirmation.Key, CertificateThumbprint = confirmation.Certificate, Claims = [.. claims],
        };
    }

    /// <summary>The jti as the list keeps it: 128 bits. A jti of another form has its hash stand for it.</summary>
    public static UInt128 IdOf(string jti)
    {
        if (JtiSet.TryParse(jti, out var key)) return key;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(jti), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static bool IsFor(string audience, Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String) return json.ValueTextEquals(audience);
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException();
        var found = false;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String) throw new JsonException();
            found |= json.ValueTextEquals(audience);
        }

        return found;
    }

    private static string Text(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String ? json.GetString()! : throw new JsonException();

    // RFC 7519 §2, NumericDate; whole seconds of our era, or it is none of this server's.
    private static long Time(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var time) && time is > 0 and <= LatestTime ? time : throw new JsonException();

    private static void AddClaims(List<Claim> claims, string name, ref Utf8JsonReader json, string issuer)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            AddClaim(claims, name, ref json, issuer);
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray) AddClaim(claims, name, ref json, issuer);
    }

    private static void AddClaim(List<Claim> claims, string name, ref Utf8JsonReader json, string issuer)
    {
        var (value, type) = json.TokenType switch
        {
            JsonTokenType.String => (json.GetString()!, ClaimValueTypes.String),
            JsonTokenType.Number => (Encoding.UTF8.GetString(json.ValueSpan), json.TryGetInt64(out _) ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double),
            JsonTokenType.True => ("true", ClaimValueTypes.Boolean),
            JsonTokenType.False => ("false", ClaimValueTypes.Boolean),
            JsonTokenType.Null => ("", "JSON_NULL"),
            _ => (JsonElement.ParseValue(ref json).GetRawText(), "JSON"),
        };
        claims.Add(new Claim(name, value, type, issuer));
    }
}
