using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Tells a resource server what a token is worth now. Only confidential clients are answered, and only about tokens that are theirs or meant for them.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</see>. Anything that does not hold is answered with exactly {"active":false} (§2.2).</remarks>
[Specification("RFC 7662", "OAuth 2.0 Token Introspection")]
public sealed class IntrospectionEndpoint(
    ClientAuthenticator clients, AccessTokenValidator validator, GrantTokens grantTokens, Database database, ChangeFeed feed, ServerOptions options, TimeProvider time)
{
    private static readonly byte[] Inactive = "{\"active\":false}"u8.ToArray();

    /// <summary>Answers an introspection request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var request = (await ProtocolRequest.ReadFormAsync(context.Request, stop)).RefuseDuplicates();
        var client = await clients.AuthenticateAsync(context, request, stop);
        if (client.IsPublic) throw ProtocolException.InvalidClient(); // §2.1: the caller must be known, or tokens could be fished for
        var text = request.Require(Parameters.Token);

        var http = context.Response;
        http.ContentType = "application/json";
        http.Headers.CacheControl = "no-store";
        if (validator.Find(text) is { } token) // the hint is only a hint (§2.1): the forms cannot be confused
        {
            if (MayKnow(client, token)) WriteAccessToken(http, token);
            else WriteInactive(http);
        }
        else if (grantTokens.ReadRefreshToken(text) is var (id, generation))
        {
            await WriteRefreshTokenAsync(http, client, id, generation, stop);
        }
        else
        {
            WriteInactive(http);
        }
    }

    private static bool MayKnow(Application client, AccessToken token) =>
        client.Metadata.IntrospectAll || token.ClientId == client.ClientId || token.Audiences.Contains(client.ClientId)
        || (client.Metadata.Resources is { } own && token.Audiences.Any(own.Contains));

    private static void WriteInactive(HttpResponse http)
    {
        http.ContentLength = Inactive.Length;
        Inactive.CopyTo(http.BodyWriter.GetSpan(Inactive.Length));
        http.BodyWriter.Advance(Inactive.Length);
    }

    private void WriteAccessToken(HttpResponse http, AccessToken token)
    {
        using var json = Begin(http);
        json.WriteString("token_type"u8, "Bearer"u8);
        json.WriteString("iss"u8, options.Issuer);
        json.WriteString("sub"u8, token.Subject);
        json.WriteString("client_id"u8, token.ClientId);
        json.WriteString("scope"u8, token.Scope);
        json.WriteString("jti"u8, token.Jti);
        json.WriteNumber("exp"u8, token.Expires.ToUnixTimeSeconds());
        json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("nbf"u8, token.IssuedAt.ToUnixTimeSeconds());
        if (token.Audiences.Count == 1) json.WriteString("aud"u8, token.Audiences[0]);
        else WriteArray(json, "aud"u8, token.Audiences);
        WriteArray(json, "permissions"u8, token.Permissions);
        if (token.AuthorizationId is not null) WriteArray(json, "roles"u8, token.Roles);
        if (token.SessionId is not null) json.WriteString("sid"u8, token.SessionId);
        if (token.Actor is { } actor)
        {
            json.WriteStartObject("act"u8); // RFC 8693 §4.1
            json.WriteString("sub"u8, actor);
            json.WriteEndObject();
        }

        End(http, json);
    }

    private async Task WriteRefreshTokenAsync(HttpResponse http, Application client, string id, long generation, CancellationToken cancellationToken)
    {
        feed.RequireFresh();
        Model.Authorization? family;
        await using (var session = await database.ReadAsync(cancellationToken)) family = await RefreshFamily.FindAsync(session, id, cancellationToken);
        var now = time.GetUtcNow();
        if (family is not { Ended: null, IsOffline: true } || family.ClientId != client.ClientId || family.Generation != generation
            || family.Expires <= now || family.LastUsed + options.Lifetimes.RefreshIdle <= now)
        {
            WriteInactive(http);
            return;
        }

        using var json = Begin(http);
        json.WriteString("iss"u8, options.Issuer);
        json.WriteString("sub"u8, family.UserId);
        json.WriteString("client_id"u8, family.ClientId);
        json.WriteString("scope"u8, family.Scope);
        json.WriteNumber("exp"u8, family.Expires.ToUnixTimeSeconds());
        json.WriteNumber("iat"u8, family.LastUsed.ToUnixTimeSeconds());
        End(http, json);
    }

    private static Utf8JsonWriter Begin(HttpResponse http)
    {
        var json = new Utf8JsonWriter(http.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteBoolean("active"u8, true);
        return json;
    }

    private static void End(HttpResponse http, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        http.ContentLength = json.BytesCommitted;
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }
}
