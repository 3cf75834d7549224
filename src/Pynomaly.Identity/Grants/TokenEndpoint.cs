using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Grants;

/// <summary>The token endpoint: parse once, authenticate the client, read the proof of its key, let the grant validate, issue. RFC 6749 §3.2, RFC 9449 §5.</summary>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed class TokenEndpoint(ClientAuthenticator clients, ProofOfPossession possession, IEnumerable<IGrant> grants, TokenIssuer issuer)
{
    private readonly Dictionary<string, IGrant> _grants = grants.ToDictionary(grant => grant.GrantType, StringComparer.Ordinal);

    /// <summary>Answers a token request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var stop = context.RequestAborted;
        var request = (await ProtocolRequest.ReadFormAsync(context.Request, stop)).RefuseDuplicates();
        var client = await clients.AuthenticateAsync(context, request, stop);
        var type = request.Require(Parameters.GrantType);
        if (!_grants.TryGetValue(type, out var grant)) throw ProtocolException.UnsupportedGrantType("grant_type is not supported");
        if (!client.Allows(type)) throw ProtocolException.UnauthorizedClient("The client may not use this grant_type");

        var thumbprint = await possession.FindAsync(context, Paths.Token, stop);
        if (thumbprint is null && client.Metadata.DpopBoundAccessTokens) throw ProtocolException.InvalidDPoPProof("This client gets bound tokens only: send a proof in the header DPoP"); // RFC 9449 §5.2
        var validated = (await grant.ValidateAsync(request, client, thumbprint, stop)) with { Thumbprint = thumbprint };
        var response = await issuer.IssueAsync(validated, stop) ?? throw await grant.LostAsync(request, validated, stop);
        Telemetry.TokensIssued.Add(1, new KeyValuePair<string, object?>("grant_type", type));
        Write(context, response, thumbprint is null ? "Bearer" : DPoPProof.Name);
    }

    // RFC 6749 §5.1.
    private static void Write(HttpContext context, TokenResponse response, string type)
    {
        var http = context.Response;
        http.ContentType = "application/json";
        http.Headers.CacheControl = "no-store";
        http.Headers.Pragma = "no-cache";
        using var json = new Utf8JsonWriter(http.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("access_token"u8, response.AccessToken);
        json.WriteString("token_type"u8, type);
        json.WriteNumber("expires_in"u8, response.ExpiresIn);
        json.WriteString("scope"u8, response.Scope);
        if (response.RefreshToken is not null) json.WriteString("refresh_token"u8, response.RefreshToken);
        if (response.IdToken is not null) json.WriteString("id_token"u8, response.IdToken);
        json.WriteEndObject();
        json.Flush();
        http.ContentLength = json.BytesCommitted;
    }
}
