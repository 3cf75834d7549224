using System.Text.Json;
using System.Text.Json.Serialization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Authorization;

/// <summary>What an authorization code stands for. The code itself is 256 random bits; only its hash is kept.</summary>
/// <remarks>RFC 6749 §4.1.2: bound to client, redirect_uri and PKCE challenge, short-lived, used once.</remarks>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed record AuthorizationCode
{
#pragma warning disable CS1591 // the names are the request's parameters and the model's words
    public required string AuthorizationId { get; init; }
    public required string ClientId { get; init; }
    public required string UserId { get; init; }
    public string? SessionId { get; init; }

    /// <summary>The redirect_uri as it was sent; null when it was left out, and then the token request must leave it out too (RFC 6749 §4.1.3).</summary>
    public string? RedirectUri { get; init; }
    public string? CodeChallenge { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public IReadOnlyList<string> Resources { get; init; } = [];
    public string? Nonce { get; init; }

    /// <summary>Thumbprint of the key that must be proved when the code is redeemed (RFC 9449 §10); null: any, or none.</summary>
    public string? Thumbprint { get; init; }
    public string? ClaimsRequest { get; init; }
    public required DateTimeOffset AuthTime { get; init; }
    public required string Acr { get; init; }
    public required IReadOnlyList<string> Amr { get; init; }
#pragma warning restore CS1591

    /// <summary>Whether it was used already; from the row, not from the payload.</summary>
    [JsonIgnore]
    public bool IsConsumed { get; init; }

    /// <summary>When it ends to count; from the row.</summary>
    [JsonIgnore]
    public DateTimeOffset Expires { get; init; }

    /// <summary>RFC 6749 §5.2: one error and one text for unknown, expired, used, another client's, a wrong redirect_uri or verifier: nothing can be probed.</summary>
    public static ProtocolException Refusal() => ProtocolException.InvalidGrant("The code is invalid, expired, used, or not for this request");

    /// <summary>The row's id of a code.</summary>
    public static string IdOf(string code) => Secrets.Hash(TokenKinds.AuthorizationCode, code);

    /// <summary>Stores it and answers the code to hand out.</summary>
    public async ValueTask<string> IssueAsync(SqlSession session, DateTimeOffset now, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var code = Secrets.Create();
        await OneTimeTokens.AddAsync(session, new Token
        {
            Id = IdOf(code), Kind = TokenKinds.AuthorizationCode, ClientId = ClientId, UserId = UserId, AuthorizationId = AuthorizationId,
            Payload = JsonSerializer.Serialize(this, AuthorizationJson.Default.AuthorizationCode), Created = now, Expires = now + lifetime,
        }, cancellationToken);
        return code;
    }

    /// <summary>What the code stands for, whatever its state; null when there is none.</summary>
    public static async ValueTask<AuthorizationCode?> FindAsync(SqlSession session, string code, CancellationToken cancellationToken)
    {
        if (code.Length != 43) return null;
        var row = await OneTimeTokens.FindAsync(session, IdOf(code), TokenKinds.AuthorizationCode, cancellationToken);
        return row is null ? null : JsonSerializer.Deserialize(row.Payload!, AuthorizationJson.Default.AuthorizationCode)! with { IsConsumed = row.Consumed is not null, Expires = row.Expires };
    }
}
