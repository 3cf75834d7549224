using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What: "database", "keys", "mail", "clients", "revocations".</param>
/// <param name="State">"ok", "look" (somebody should), or "wrong".</param>
/// <param name="Says">One sentence.</param>
public sealed record HealthItem(string Name, string State, Sentence Says);
