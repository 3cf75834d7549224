namespace Pynomaly.Identity.Administration;

/// <summary>A token that an operator wants in a person's stead.</summary>
public sealed record ImpersonationRequest
{
    /// <summary>The client whose token it would be: its registration cuts the permissions.</summary>
    public required string ClientId { get; init; }

    /// <summary>The scopes, separated by blanks: those of APIs, never of the person, the account or this server.</summary>
    public required string Scope { get; init; }

    /// <summary>The one API that it is for, where the scopes lead to several (RFC 8707).</summary>
    public string? Resource { get; init; }

    /// <summary>Why: stands in the audit trail.</summary>
    public required string Reason { get; init; }
}
