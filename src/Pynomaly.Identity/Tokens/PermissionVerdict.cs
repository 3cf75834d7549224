namespace Pynomaly.Identity.Tokens;

/// <summary>Why a permission is in a token, or is not.</summary>
/// <param name="Permission">Its name.</param>
/// <param name="IsHeld">Whether the subject holds it.</param>
/// <param name="ClientMay">Whether the client may ask for it.</param>
/// <param name="IsCovered">Whether one of the scopes covers it.</param>
public readonly record struct PermissionVerdict(string Permission, bool IsHeld, bool ClientMay, bool IsCovered)
{
    /// <summary>Whether the token carries it: only when all three say yes.</summary>
    public bool IsIn => IsHeld && ClientMay && IsCovered;
}
