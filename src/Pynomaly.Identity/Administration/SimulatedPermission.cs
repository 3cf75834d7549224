namespace Pynomaly.Identity.Administration;

/// <summary>A permission in a simulated token, or not.</summary>
/// <param name="Permission">Its name.</param>
/// <param name="IsIn">Whether the token would carry it.</param>
/// <param name="Held">What of the subject grants it; empty: nothing does.</param>
/// <param name="ClientMay">Whether the client's registration lets it through.</param>
/// <param name="CoveredBy">The scopes asked for that cover it; empty: none does.</param>
public sealed record SimulatedPermission(string Permission, bool IsIn, IReadOnlyList<PermissionReason> Held, bool ClientMay, IReadOnlyList<string> CoveredBy);
