using Pynomaly.Identity.Clients;

namespace Pynomaly.Identity.Tokens;

/// <summary>An API key as lists show it: everything but the key, which nobody can read again (security case AK-01).</summary>
public sealed record ApiKeySummary
{
    /// <summary>The id, which is the client_id of its tokens.</summary>
    public required string Id { get; init; }

    /// <summary>The name that its owner gave it.</summary>
    public required string Name { get; init; }

    /// <summary>The person that it belongs to; null: a service's.</summary>
    public string? UserId { get; init; }

    /// <summary>The service that it belongs to; null: a person's.</summary>
    public string? ClientId { get; init; }

    /// <summary>The owner's name: a user name, or the service's name.</summary>
    public string? Owner { get; init; }

    /// <summary>Permissions and patterns that it is cut to.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>Addresses and networks that it may be used from; empty: from anywhere.</summary>
    public required IReadOnlyList<string> AllowedAddresses { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Who made it: a user id, a client id, "cli".</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When its secret was last changed; null: never.</summary>
    public DateTimeOffset? Rotated { get; init; }

    /// <summary>Until when the secret before that holds; null: it does not.</summary>
    public DateTimeOffset? PreviousExpires { get; init; }

    /// <summary>When it ends; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When it was revoked; null: it was not.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Why: "owner", "operator", "leaked", "secured", "not_me".</summary>
    public string? RevokeReason { get; init; }

    /// <summary>When it was last used, to within a few seconds; null: never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>From which address that was.</summary>
    public string? LastUsedAddress { get; init; }

    /// <summary>The beginning of the key: enough to tell one from another.</summary>
    public string Prefix => ApiKeyText.PrefixOf(Id);

    /// <summary>"active", "expired" or "revoked".</summary>
    public string StateAt(DateTimeOffset now) => Revoked is not null ? "revoked" : Expires <= now ? "expired" : "active";

    /// <summary>How long it lives from one rotation to the next; null: for ever.</summary>
    public TimeSpan? Lifetime => Expires - (Rotated ?? Created);
}
