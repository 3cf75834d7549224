using Microsoft.AspNetCore.Authorization;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>The person must have signed in at one of these levels, or at a stronger one that this server knows. RFC 9470 §4, acr_values.</summary>
internal sealed record AcrRequirement(IReadOnlyList<string> Values) : IAuthorizationRequirement
{
    private static readonly string[] WeakestFirst = ["pwd", "mfa", "phr"];

    /// <summary>Whether the level is enough.</summary>
    public bool IsMetBy(string acr) => Values.Contains(acr, StringComparer.Ordinal) || (Array.IndexOf(WeakestFirst, acr) is var level and >= 0 && Values.Any(wanted => Array.IndexOf(WeakestFirst, wanted) is var least and >= 0 && least <= level));
}
