using System.Text.Json;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>Holds answers against the schemas that the APIs' documents give them: kinds, required members, and none that the document does not know.</summary>
internal static class Schemas
{
    /// <summary>Asserts that the value is as the schema says.</summary>
    public static void AssertFits(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("type", out var type)) Assert.True(KindsOf(type).Contains(KindOf(value)), $"{place} is {KindOf(value)}, and its document says {type}");
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var (one, index) in value.EnumerateArray().Select((one, index) => (one, index))) AssertFits(one, items, $"{place}[{index}]");
            return;
        }

        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && value.ValueKind == JsonValueKind.String)
            Assert.True(value.TryGetDateTimeOffset(out _), $"{place} is no time: {value}");
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)) return;
        foreach (var member in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(member.Name, out var inner), $"{place} answers {member.Name}, which its document does not know");
            AssertFits(member.Value, inner, $"{place}.{member.Name}");
        }

        if (!schema.TryGetProperty("required", out var required)) return;
        foreach (var name in required.EnumerateArray()) Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{place} lacks {name.GetString()}");
    }

    private static HashSet<string> KindsOf(JsonElement type)
    {
        var kinds = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToHashSet(StringComparer.Ordinal) : [type.GetString()!];
        if (kinds.Contains("number")) kinds.Add("integer");
        return kinds;
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
