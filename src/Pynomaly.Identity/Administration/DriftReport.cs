using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration;

/// <summary>What changed since configuration files were last applied.</summary>
/// <param name="Applied">When that was.</param>
/// <param name="By">By whom: a user id, a client_id or "cli".</param>
/// <param name="Changes">What changed since: "update" with the files' value as the old one, "delete" for what is gone, "create" for what the files would have deleted.</param>
public sealed record DriftReport(DateTimeOffset Applied, string By, IReadOnlyList<Change> Changes)
{
    /// <summary>True when the files named kinds of things that the operator may not see: there may be more.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The same for programs; null: nothing was applied yet.</summary>
    public static JsonObject ToJson(DriftReport? report)
    {
        var json = new JsonObject { ["changes"] = report?.Changes.Count ?? 0, ["items"] = new JsonArray([.. (report?.Changes ?? []).Select(change => (JsonNode)change.ToJson())]) };
        if (report is not null) (json["applied"], json["by"], json["partial"]) = (report.Applied.UtcDateTime, report.By, report.IsPartial);
        return json;
    }
}
