using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration;

/// <summary>What else an entry of the audit trail says, as JSON.</summary>
internal static class Details
{
    /// <summary>One value by its name; null when there is nothing in it.</summary>
    public static string? Of(string name, IReadOnlyCollection<string> values) => values.Count == 0 ? null : new JsonObject { [name] = new JsonArray([.. values.Select(value => (JsonNode)value)]) }.ToJsonString();

    /// <summary>Values by their names.</summary>
    public static string Of(string name, string? value, params IReadOnlyList<(string Name, string? Value)> more)
    {
        var detail = new JsonObject { [name] = value };
        foreach (var (other, text) in more)
            if (text is not null) detail[other] = text;
        return detail.ToJsonString();
    }
}
