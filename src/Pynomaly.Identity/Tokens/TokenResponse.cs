namespace Pynomaly.Identity.Tokens;

/// <summary>The answer of the token endpoint. RFC 6749 §5.1.</summary>
public sealed record TokenResponse(string AccessToken, int ExpiresIn, string Scope, string? RefreshToken, string? IdToken)
{
    /// <inheritdoc />
    public override string ToString() => nameof(TokenResponse); // tokens do not belong in a log
}
