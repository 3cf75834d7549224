using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

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
