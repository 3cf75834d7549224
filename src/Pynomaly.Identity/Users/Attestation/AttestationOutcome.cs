namespace Pynomaly.Identity.Users.Attestation;

/// <summary>What an attestation statement came to (Web Authentication Level 3 §7.1, steps 21 to 24).</summary>
public sealed record AttestationOutcome
{
    /// <summary>The statement's format; "unknown" when it is none that is verified here.</summary>
    public required string Format { get; init; }

    /// <summary>The authenticator's model (AAGUID) as its data says. Only a claim unless <see cref="IsProven"/>; all zeros when there is none.</summary>
    public Guid Model { get; init; }

    /// <summary>True when the statement is correct by its format's own procedure. "none" and self attestation can be correct, and prove nothing.</summary>
    public bool IsValid { get; init; }

    /// <summary>True when it is correct and its certificates lead to a configured root.</summary>
    public bool IsProven { get; init; }

    /// <summary>True when the model is among those that the settings admit, or these admit all.</summary>
    public bool IsAdmittedModel { get; init; }

    /// <summary>Why it is not proven; null when it is. Of our own words only, so it may be logged.</summary>
    public string? Reason { get; init; }
}
