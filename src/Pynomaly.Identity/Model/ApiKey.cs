namespace Pynomaly.Identity.Model;

/// <summary>A key that a program shows to get tokens by client credentials: of a person, or of a service. Its id is its client_id; the key itself is kept nowhere.</summary>
public sealed class ApiKey
{
    /// <summary>The id: "pyn_" and 16 characters. Safe to show, and part of the key.</summary>
    public required string Id { get; init; }

    /// <summary>The name that its owner gave it.</summary>
    public required string Name { get; set; }

    /// <summary>The name as it is searched: whatever its case. Null: a node of an older version made the key, and the next start writes it.</summary>
    public string? NormalizedName { get; set; }

    /// <summary>SHA-256 of the key.</summary>
    public required string SecretHash { get; set; }

    /// <summary>SHA-256 of the key before it was rotated; null: none holds any more.</summary>
    public string? PreviousHash { get; set; }

    /// <summary>Until when the key before still holds.</summary>
    public DateTimeOffset? PreviousExpires { get; set; }

    /// <summary>The person that it belongs to; null: it belongs to a service.</summary>
    public string? UserId { get; init; }

    /// <summary>The service (client_id) that it belongs to; null: it belongs to a person.</summary>
    public string? ClientId { get; init; }

    /// <summary>Permissions and patterns that it is cut to. Never more than its owner holds when a token is made.</summary>
    public List<string> Permissions { get; set; } = [];

    /// <summary>Addresses and networks that it may be used from; empty: from anywhere.</summary>
    public List<string> AllowedAddresses { get; set; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Who made it: a user id, a client id, "cli".</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When its secret was last changed; null: never.</summary>
    public DateTimeOffset? Rotated { get; set; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? Expires { get; set; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? Revoked { get; set; }

    /// <summary>Why it was revoked, in one word: "owner", "operator", "leaked".</summary>
    public string? RevokeReason { get; set; }

    /// <summary>When a token was last made with it, to within a few seconds.</summary>
    public DateTimeOffset? LastUsed { get; set; }

    /// <summary>From which address that was.</summary>
    public string? LastUsedAddress { get; set; }
}
