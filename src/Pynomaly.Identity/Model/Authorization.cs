namespace Pynomaly.Identity.Model;

/// <summary>A grant: what a person allowed a client in one code flow. With offline access it is the refresh family too: one row, however often it rotates.</summary>
public sealed class Authorization
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>Who granted.</summary>
    public required string UserId { get; init; }

    /// <summary>To which client.</summary>
    public required string ClientId { get; init; }

    /// <summary>In which session.</summary>
    public string? SessionId { get; init; }

    /// <summary>The scopes granted, separated by blanks.</summary>
    public required string Scope { get; init; }

    /// <summary>The resource indicators granted, separated by blanks; empty: all that the scopes lead to (RFC 8707 §2).</summary>
    public string Resource { get; init; } = string.Empty;

    /// <summary>The claims parameter of the request (OpenID Connect Core §5.5), null when none was sent.</summary>
    public string? ClaimsRequest { get; init; }

    /// <summary>When the person had proved who they are.</summary>
    public DateTimeOffset AuthTime { get; init; }

    /// <summary>Authentication context class of that proof.</summary>
    public required string Acr { get; init; }

    /// <summary>Authentication methods of that proof, separated by blanks.</summary>
    public required string Amr { get; init; }

    /// <summary>When it was granted.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ends, however often it is used.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>True when refresh tokens go with it.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The generation of the refresh token that is current.</summary>
    public long Generation { get; init; }

    /// <summary>When the current generation was made, or the grant last used.</summary>
    public DateTimeOffset LastUsed { get; init; }

    /// <summary>Access tokens issued so far. Their jti follow from this number, so that the living ones can be named without being stored.</summary>
    public long TokensIssued { get; init; }

    /// <summary>Lifetime of its access tokens, in seconds, fixed when it was granted.</summary>
    public int AccessTokenLifetime { get; init; }

    /// <summary>Start of the current window of one access-token lifetime.</summary>
    public DateTimeOffset WindowStart { get; init; }

    /// <summary>Number of the first access token of the current window.</summary>
    public long WindowFirst { get; init; }

    /// <summary>Number of the first access token of the window before it: all older ones are expired.</summary>
    public long PreviousFirst { get; init; }

    /// <summary>Thumbprint of the key that its refresh tokens are bound to (RFC 9449 §5); null: to none.</summary>
    public string? DpopJkt { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why.</summary>
    public string? EndReason { get; init; }
}
