namespace Pynomaly.Identity.Tokens;

/// <summary>What goes into an access token (RFC 9068 §2.2).</summary>
internal sealed record AccessTokenContent
{
    public required string Jti { get; init; }

    public required string Subject { get; init; }

    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Scopes, separated by blanks.</summary>
    public required string Scope { get; init; }

    /// <summary>Expanded over the catalogue: exact names only.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>In seconds.</summary>
    public required int Lifetime { get; init; }

    /// <summary>The sign-in behind the token; null for client credentials.</summary>
    public SignInContent? Sign { get; init; }

    /// <summary>Thumbprint of the key that the token is bound to (cnf.jkt, RFC 9449 §6.1); null: none.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>Its place on a Token Status List; null: it has none.</summary>
    public StatusReference? Status { get; init; }

    /// <summary>Who acts in the subject's stead (RFC 8693 §4.1); null: nobody does. Such a token says nothing of a sign-in: there was none.</summary>
    public string? Actor { get; init; }
}

/// <summary>What a token says of the sign-in behind it (RFC 9068 §2.2.1).</summary>
internal sealed record SignInContent(string AuthorizationId, string? SessionId, DateTimeOffset AuthTime, string Acr, IReadOnlyList<string> Amr, IReadOnlyList<string> Roles);
