namespace Pynomaly.Identity.Auditing;

/// <summary>With what outcome: the event's name tells it. A refusal and an act are never one event.</summary>
public static class AuditOutcome
{
    /// <summary>It was done.</summary>
    public const string Done = "done";

    /// <summary>It was tried, and refused.</summary>
    public const string Refused = "refused";

    private static readonly string[] Refusals = ["Failed", "Refused", "Throttled", "Reused", "Replayed", "Misused"];

    /// <summary>The outcome of an event of that name.</summary>
    public static string Of(string name) => Array.Exists(Refusals, word => name.Contains(word, StringComparison.Ordinal)) ? Refused : Done;
}
