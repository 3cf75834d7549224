namespace Pynomaly.Identity.Administration;

/// <summary>What was ended by revoking a token.</summary>
/// <param name="Kind">"access_token": that one; "refresh_token": the grant that it is of, with all its tokens.</param>
/// <param name="Subject">The jti, or the grant's id.</param>
/// <param name="ClientId">The client that it was issued to; null: a jti does not tell.</param>
/// <param name="UserId">The person that it spoke for; null: none, or a jti does not tell.</param>
public sealed record RevokedToken(string Kind, string Subject, string? ClientId, string? UserId);
