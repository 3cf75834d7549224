using System.Text.Json.Nodes;
using Pynomaly.Identity.Sealing;

namespace Pynomaly.Identity.Administration;

/// <summary>A verification of the audit trail: how far it is, or what came of it.</summary>
internal sealed record AuditVerificationRun
{
    /// <summary>It runs.</summary>
    public const string Running = "running";

    /// <summary>It has come to its end.</summary>
    public const string Done = "done";

    /// <summary>It was broken off: by an error, or with its node.</summary>
    public const string Failed = "failed";

    /// <summary>Which.</summary>
    public required string Id { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string By { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>"running", "done" or "failed".</summary>
    public required string State { get; init; }

    /// <summary>Entries so far.</summary>
    public long Entries { get; init; }

    /// <summary>Entries that there were when it began.</summary>
    public long Total { get; init; }

    /// <summary>What came of it; null: nothing yet.</summary>
    public JsonObject? Result { get; init; }

    /// <summary>What may be accepted, signed; null: nothing.</summary>
    public string? Break { get; init; }

    /// <summary>A result for programs.</summary>
    public static JsonObject ToJson(AuditVerification verified)
    {
        var result = new JsonObject
        {
            ["holds"] = verified.Holds, ["seals"] = verified.Seals, ["entries"] = verified.Entries, ["unsealed"] = verified.Unsealed, ["erased"] = verified.Erased,
            ["last_seal"] = verified.LastSeal, ["key_id"] = verified.KeyId, ["problems"] = verified.Problems,
            ["findings"] = new JsonArray([.. verified.Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["kind"] = finding.Kind.ToString(), ["first_seal"] = finding.FirstSeal, ["last_seal"] = finding.LastSeal, ["first_sequence"] = finding.FirstSequence, ["last_sequence"] = finding.LastSequence, ["text"] = finding.Text,
            })]),
            ["accepted_problems"] = verified.AcceptedProblems, ["accepted"] = new JsonArray([.. verified.Accepted.Select(one => (JsonNode)ToJson(one))]),
        };
        if (verified.IsAnchored is { } anchored) result["anchored"] = anchored;
        if (verified.RemovedAt is { } removed) (result["removed_at"], result["removed_through"]) = (removed.UtcDateTime, verified.RemovedThrough);
        return result;
    }

    /// <summary>What was accepted, for programs.</summary>
    public static JsonObject ToJson(AcceptedBreak accepted) => new()
    {
        ["through_seal"] = accepted.What.Through, ["through_sequence"] = accepted.What.LastSequence, ["problems"] = accepted.What.Problems, ["cut"] = accepted.What.IsCut,
        ["findings"] = new JsonArray([.. accepted.What.Findings.Select(text => (JsonNode)text)]), ["by"] = accepted.By, ["at"] = accepted.At.UtcDateTime, ["reason"] = accepted.Reason,
    };
}
