using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>Tells a resource server what a token is worth now, as JSON or signed. Only confidential clients are answered, and only about tokens that are theirs or meant for them.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</see>, <see href="https://www.rfc-editor.org/rfc/rfc9701">RFC 9701</see>. Anything that does not hold is answered with exactly {"active":false} (§2.2).</remarks>
[Specification("RFC 7662", "OAuth 2.0 Token Introspection")]
[Specification("RFC 9701", "JWT Response for OAuth Token Introspection")]
public sealed class IntrospectionEndpoint(
    ClientAuthenticator clients, AccessTokenValidator validator, GrantTokens grantTokens, KeyRing keys, Database database, ChangeFeed feed, ServerOptions options, TimeProvider time)
{
    /// <summary>The signed answer's typ, and what a request for it accepts (RFC 9701 §4, §5): it can never pass for an access token.</summary>
    public const string SignedType = "token-introspection+jwt";

    private static readonly byte[] Inactive = "{\"active\":false}"u8.ToArray();

    /// <summary>Answers an introspection request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var request = (await ProtocolRequest.ReadFormAsync(context.Request, stop)).RefuseDuplicates();
        var client = await clients.AuthenticateAsync(context, request, stop);
        if (client.IsPublic) throw ProtocolException.InvalidClient(); // §2.1: the caller must be known, or tokens could be fished for
        var text = request.Require(Parameters.Token);

        context.Response.Headers.CacheControl = "no-store";
        if (validator.Find(text) is { } token) // the hint is only a hint (§2.1): the forms cannot be confused
            Answer(context, client, MayKnow(client, token) ? json => WriteAccessToken(json, token) : null);
        else if (grantTokens.ReadRefreshToken(text) is var (id, generation) && await FindRefreshTokenAsync(client, id, generation, stop) is { } family)
            Answer(context, client, json => WriteRefreshToken(json, family));
        else
            Answer(context, client, null);
    }

    // Null: it is not active, and nothing more is said.
    private void Answer(HttpContext context, Application client, Action<Utf8JsonWriter>? members)
    {
        var http = context.Response;
        if (WantsSigned(context.Request))
        {
            http.ContentType = $"application/{SignedType}";
            var signed = Sign(client, members);
            http.ContentLength = signed.Length;
            Encoding.ASCII.GetBytes(signed, http.BodyWriter);
            return;
        }

        http.ContentType = "application/json";
        if (members is null)
        {
            http.ContentLength = Inactive.Length;
            http.BodyWriter.Write(Inactive);
            return;
        }

        using var json = new Utf8JsonWriter(http.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        WriteAnswer(json, members);
        json.Flush();
        http.ContentLength = json.BytesCommitted;
    }

    private static void WriteAnswer(Utf8JsonWriter json, Action<Utf8JsonWriter>? members)
    {
        json.WriteStartObject();
        json.WriteBoolean("active"u8, members is not null);
        members?.Invoke(json);
        json.WriteEndObject();
    }

    private static bool WantsSigned(HttpRequest http)
    {
        foreach (var accepted in http.Headers.Accept)
            if (accepted is not null && accepted.Contains(SignedType, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    // RFC 9701 §5: who says it, to whom, when, and all else inside one member. No sub and no exp beside it, so that nobody takes it for an access token (§8.1).
    private string Sign(Application client, Action<Utf8JsonWriter>? members)
    {
        var wanted = client.Metadata.IntrospectionSignedResponseAlg ?? Algorithms.RS256; // §6
        var algorithm = keys.AlgorithmsInUse.Contains(wanted) ? wanted : keys.AlgorithmsInUse[0];
        return Jws.Write(keys.Active(algorithm), SignedType, (options.Issuer, client.ClientId, Now: time.GetUtcNow().ToUnixTimeSeconds(), members), static (json, state) =>
        {
            json.WriteString("iss"u8, state.Issuer);
            json.WriteString("aud"u8, state.ClientId);
            json.WriteNumber("iat"u8, state.Now);
            json.WritePropertyName("token_introspection"u8);
            WriteAnswer(json, state.members);
        });
    }

    private static bool MayKnow(Application client, AccessToken token) =>
        client.Metadata.IntrospectAll || token.ClientId == client.ClientId || token.Audiences.Contains(client.ClientId)
        || (client.Metadata.Resources is { } own && token.Audiences.Any(own.Contains));

    private void WriteAccessToken(Utf8JsonWriter json, AccessToken token)
    {
        json.WriteString("token_type"u8, token.Thumbprint is null ? "Bearer" : DPoPProof.Name);
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
        if (token.Thumbprint is { } thumbprint)
        {
            json.WriteStartObject("cnf"u8); // RFC 9449 §6.2
            json.WriteString("jkt"u8, thumbprint);
            json.WriteEndObject();
        }

        if (token.Actor is { } actor)
        {
            json.WriteStartObject("act"u8); // RFC 8693 §4.1
            json.WriteString("sub"u8, actor);
            json.WriteEndObject();
        }
    }

    private async Task<Model.Authorization?> FindRefreshTokenAsync(Application client, string id, long generation, CancellationToken cancellationToken)
    {
        feed.RequireFresh();
        Model.Authorization? family;
        await using (var session = await database.ReadAsync(cancellationToken)) family = await RefreshFamily.FindAsync(session, id, cancellationToken);
        var now = time.GetUtcNow();
        return family is not { Ended: null, IsOffline: true } || family.ClientId != client.ClientId || family.Generation != generation
            || family.Expires <= now || family.LastUsed + options.Lifetimes.RefreshIdle <= now ? null : family;
    }

    private void WriteRefreshToken(Utf8JsonWriter json, Model.Authorization family)
    {
        json.WriteString("iss"u8, options.Issuer);
        json.WriteString("sub"u8, family.UserId);
        json.WriteString("client_id"u8, family.ClientId);
        json.WriteString("scope"u8, family.Scope);
        json.WriteNumber("exp"u8, family.Expires.ToUnixTimeSeconds());
        json.WriteNumber("iat"u8, family.LastUsed.ToUnixTimeSeconds());
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }
}
