namespace Pynomaly.Identity.Tokens;

/// <summary>A validated access token of this server: signature, type, times and revocation list were checked.</summary>
public sealed record AccessToken
{
#pragma warning disable CS1591 // the names are the claims of RFC 9068 2.2
    public required string Jti { get; init; }
    public required string Subject { get; init; }
    public required string ClientId { get; init; }

    /// <summary>Scopes as the token carries them, separated by blanks.</summary>
    public required string Scope { get; init; }
    public IReadOnlyList<string> Scopes => Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    public required IReadOnlyList<string> Audiences { get; init; }
    public IReadOnlyList<string> Permissions { get; init; } = [];
    public IReadOnlyList<string> Roles { get; init; } = [];
    public string? SessionId { get; init; }

    /// <summary>The grant behind the token; null for client credentials.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>Thumbprint of the key that the token is bound to (cnf.jkt, RFC 9449 §6.1); null: whoever bears it may use it.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>Who acts in the subject's stead (RFC 8693 §4.1); null: nobody does.</summary>
    public string? Actor { get; init; }

    /// <summary>When the person behind the token had proved who they are; null for client credentials.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>Authentication context class of that proof.</summary>
    public string? Acr { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset Expires { get; init; }
#pragma warning restore CS1591
}
