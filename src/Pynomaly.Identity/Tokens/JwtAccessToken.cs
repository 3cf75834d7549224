using System.Text.Json;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>Access tokens as JWT: written for the issuer, read for the validator. Never stored.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</see>.</remarks>
[Specification("RFC 9068", "JWT Profile for OAuth 2.0 Access Tokens")]
internal static class JwtAccessToken
{
    /// <summary>The header's typ, §2.1: an ID token can never pass for an access token.</summary>
    public const string Type = "at+jwt";

    private static readonly JsonEncodedText Issuer = JsonEncodedText.Encode("iss"), Subject = JsonEncodedText.Encode("sub"), Audience = JsonEncodedText.Encode("aud"),
        ClientId = JsonEncodedText.Encode("client_id"), Expires = JsonEncodedText.Encode("exp"), IssuedAt = JsonEncodedText.Encode("iat"), NotBefore = JsonEncodedText.Encode("nbf"),
        Jti = JsonEncodedText.Encode("jti"), Scope = JsonEncodedText.Encode("scope"), Permissions = JsonEncodedText.Encode("permissions"), Roles = JsonEncodedText.Encode("roles"),
        SessionId = JsonEncodedText.Encode("sid"), AuthTime = JsonEncodedText.Encode("auth_time"), Acr = JsonEncodedText.Encode("acr"), Amr = JsonEncodedText.Encode("amr"),
        AuthorizationId = JsonEncodedText.Encode("grant_id"), Act = JsonEncodedText.Encode("act"), Confirmation = JsonEncodedText.Encode("cnf"), Thumbprint = JsonEncodedText.Encode("jkt");

    /// <summary>Writes and signs. §2.2.</summary>
    public static string Write(SigningCredential key, string issuer, AccessTokenContent content) => Jws.Write(key, Type, (issuer, content), static (json, state) => WriteClaims(json, state.issuer, state.content));

    /// <summary>The claims alone, in UTF-8, and how long the token with them would be: nothing is signed.</summary>
    public static (byte[] Claims, int TokenLength) Preview(SigningCredential key, string issuer, AccessTokenContent content) =>
        Jws.Preview(key, Type, (issuer, content), static (json, state) => WriteClaims(json, state.issuer, state.content));

    private static void WriteClaims(Utf8JsonWriter json, string issuer, AccessTokenContent token)
    {
        json.WriteString(Issuer, issuer);
        json.WriteString(Subject, token.Subject);
        if (token.Audiences.Count == 1) json.WriteString(Audience, token.Audiences[0]);
        else WriteArray(json, Audience, token.Audiences);
        json.WriteString(ClientId, token.ClientId);
        var issued = token.IssuedAt.ToUnixTimeSeconds();
        json.WriteNumber(Expires, issued + token.Lifetime);
        json.WriteNumber(IssuedAt, issued);
        json.WriteNumber(NotBefore, issued);
        json.WriteString(Jti, token.Jti);
        json.WriteString(Scope, token.Scope);
        WriteArray(json, Permissions, token.Permissions);
        if (token.Thumbprint is { } thumbprint)
        {
            json.WriteStartObject(Confirmation); // RFC 9449 §6.1
            json.WriteString(Thumbprint, thumbprint);
            json.WriteEndObject();
        }

        if (token.Status is { } status)
        {
            json.WriteStartObject("status"u8);
            json.WriteStartObject("status_list"u8);
            json.WriteNumber("idx"u8, status.Place);
            json.WriteString("uri"u8, status.List);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (token.Sign is not { } sign) return;

        WriteArray(json, Roles, sign.Roles);
        json.WriteString(AuthorizationId, sign.AuthorizationId);
        if (token.Actor is { } actor)
        {
            json.WriteStartObject(Act);
            json.WriteString(Subject, actor);
            json.WriteEndObject();
            return;
        }

        if (sign.SessionId is not null) json.WriteString(SessionId, sign.SessionId);
        json.WriteNumber(AuthTime, sign.AuthTime.ToUnixTimeSeconds());
        json.WriteString(Acr, sign.Acr);
        WriteArray(json, Amr, sign.Amr);
    }

    /// <summary>Reads a token whose signature holds; null when it is not one of ours, or its claims are not of the right shape. Times are the caller's to check.</summary>
    public static AccessToken? Read(string token, string issuer, KeyRing keys, out string kid)
    {
        string found = string.Empty;
        var payload = Jws.Read(token, Type, id =>
        {
            found = id;
            return keys.Find(id);
        });
        kid = found;
        if (payload is null) return null;
        try
        {
            return Parse(payload, issuer);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AccessToken? Parse(ReadOnlySpan<byte> payload, string issuer)
    {
        var json = new Utf8JsonReader(payload);
        string? iss = null, sub = null, client = null, jti = null, scope = null, sid = null, grant = null, acr = null, actor = null, thumbprint = null;
        List<string> aud = [], permissions = [], roles = [];
        long exp = 0, iat = 0, auth = 0;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("iss"u8)) iss = Text(ref json);
            else if (json.ValueTextEquals("sub"u8)) sub = Text(ref json);
            else if (json.ValueTextEquals("aud"u8)) aud = Texts(ref json);
            else if (json.ValueTextEquals("client_id"u8)) client = Text(ref json);
            else if (json.ValueTextEquals("jti"u8)) jti = Text(ref json);
            else if (json.ValueTextEquals("scope"u8)) scope = Text(ref json);
            else if (json.ValueTextEquals("sid"u8)) sid = Text(ref json);
            else if (json.ValueTextEquals("grant_id"u8)) grant = Text(ref json);
            else if (json.ValueTextEquals("auth_time"u8)) auth = Number(ref json);
            else if (json.ValueTextEquals("acr"u8)) acr = Text(ref json);
            else if (json.ValueTextEquals("act"u8)) actor = MemberOf(ref json, "sub"u8);
            else if (json.ValueTextEquals("cnf"u8)) thumbprint = MemberOf(ref json, "jkt"u8);
            else if (json.ValueTextEquals("permissions"u8)) permissions = Texts(ref json);
            else if (json.ValueTextEquals("roles"u8)) roles = Texts(ref json);
            else if (json.ValueTextEquals("exp"u8)) exp = Number(ref json);
            else if (json.ValueTextEquals("iat"u8)) iat = Number(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (iss != issuer || sub is null || client is null || jti is null || scope is null || exp == 0 || iat == 0) return null;
        return new AccessToken
        {
            Jti = jti, Subject = sub, ClientId = client, Scope = scope, Audiences = aud, Permissions = permissions, Roles = roles, SessionId = sid,
            AuthorizationId = grant, Actor = actor, Thumbprint = thumbprint, AuthTime = auth == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(auth), Acr = acr, IssuedAt = DateTimeOffset.FromUnixTimeSeconds(iat), Expires = DateTimeOffset.FromUnixTimeSeconds(exp),
        };
    }

    private static void WriteArray(Utf8JsonWriter json, JsonEncodedText name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }

    // The one member of act (RFC 8693 §4.1) or cnf (RFC 9449 §6.1) that this server writes: without it the token is none of ours.
    private static string MemberOf(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException();
        string? found = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(name))
            {
                found = Text(ref json);
                continue;
            }

            json.Read();
            json.Skip();
        }

        return found ?? throw new JsonException();
    }

    private static string Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString() ?? throw new JsonException();
    }

    private static long Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetInt64();
    }

    private static List<string> Texts(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String) return [json.GetString()!];
        List<string> texts = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) texts.Add(json.GetString()!);
        return texts;
    }
}
