using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>A token request that has been found good, but has written nothing yet.</summary>
public sealed record TokenGrant
{
    /// <summary>The grant type, for metrics and audit.</summary>
    public required string GrantType { get; init; }

    /// <summary>The client.</summary>
    public required Application Client { get; init; }

    /// <summary>The token's scopes.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The same as one text.</summary>
    public required string Scope { get; init; }

    /// <summary>The token's audiences.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The grant of a person; null for client credentials.</summary>
    public PersonGrant? Person { get; init; }
}

/// <summary>The part of a token request that a person stands behind.</summary>
public sealed record PersonGrant
{
    /// <summary>The grant's id.</summary>
    public required string AuthorizationId { get; init; }

    /// <summary>Who.</summary>
    public required Account Account { get; init; }

    /// <summary>In which session.</summary>
    public string? SessionId { get; init; }

    /// <summary>When the person proved who they are.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>Authentication context class.</summary>
    public required string Acr { get; init; }

    /// <summary>Authentication methods.</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary>The nonce of the authorization request.</summary>
    public string? Nonce { get; init; }

    /// <summary>The claims parameter of the authorization request.</summary>
    public string? ClaimsRequest { get; init; }

    /// <summary>Lifetime of the grant's access tokens in seconds.</summary>
    public required int AccessTokenLifetime { get; init; }

    /// <summary>Consumes the code or rotates the family, in the one transaction. Null: another request was first.</summary>
    public required Func<SqlSession, CancellationToken, ValueTask<Redemption?>> RedeemAsync { get; init; }
}

/// <summary>What a redemption yields: the number of the access token within its grant, and the generation of the refresh token, if one goes with it.</summary>
public sealed record Redemption(long TokenNumber, long? RefreshGeneration);
