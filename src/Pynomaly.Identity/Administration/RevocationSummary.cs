namespace Pynomaly.Identity.Administration;

/// <summary>An entry of the revocation list, as operators see it.</summary>
/// <param name="Sequence">Position in the list.</param>
/// <param name="Kind">"jti": one token; "client_id" or "kid": all tokens of a client, or signed with a key, issued before a time.</param>
/// <param name="Subject">The jti, client identifier or key id.</param>
/// <param name="IssuedBefore">For cut-offs: tokens issued before this are ended.</param>
/// <param name="Expires">When the entry vanishes, since the last token that it speaks of has expired by itself.</param>
/// <param name="Created">When it was entered.</param>
public sealed record RevocationSummary(long Sequence, string Kind, string Subject, DateTimeOffset? IssuedBefore, DateTimeOffset Expires, DateTimeOffset Created);
