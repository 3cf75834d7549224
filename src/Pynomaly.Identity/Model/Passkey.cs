namespace Pynomaly.Identity.Model;

/// <summary>A passkey of a person: a WebAuthn public key credential, discoverable or not. Web Authentication Level 3 §4 (credential record).</summary>
public sealed class Passkey
{
    /// <summary>The credential id, base64url.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>The name shown: the authenticator's model, or what the person called it.</summary>
    public required string Name { get; set; }

    /// <summary>The COSE public key, base64url.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The signature counter of the last accepted assertion.</summary>
    public long SignCount { get; set; }

    /// <summary>How the authenticator can be reached.</summary>
    public List<string> Transports { get; init; } = [];

    /// <summary>Whether it may be synchronised between devices.</summary>
    public bool IsBackupEligible { get; init; }

    /// <summary>Whether it is.</summary>
    public bool IsBackedUp { get; set; }

    /// <summary>The model of the authenticator, all zero when it did not say.</summary>
    public required string Aaguid { get; init; }

    /// <summary>The format of the attestation that was verified at registration; "none" mostly.</summary>
    public required string AttestationFormat { get; init; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last used; null: never since it was added.</summary>
    public DateTimeOffset? LastUsed { get; set; }
}
