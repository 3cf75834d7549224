namespace Pynomaly.Identity.SelfService;

/// <summary>Some of the activity, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">Where the older ones begin; null when there are none.</param>
public sealed record ActivityPage(IReadOnlyList<ActivityEntry> Entries, string? Next);
