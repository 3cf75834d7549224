namespace Pynomaly.Identity.Administration;

/// <summary>The token.</summary>
/// <param name="AccessToken">The access token, with the claim act.</param>
/// <param name="ExpiresIn">Its lifetime in seconds.</param>
/// <param name="Scope">Its scopes.</param>
/// <param name="Audience">The API that it is for.</param>
public sealed record ImpersonationToken(string AccessToken, int ExpiresIn, string Scope, string Audience)
{
    /// <inheritdoc />
    public override string ToString() => nameof(ImpersonationToken);
}
