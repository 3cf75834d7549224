using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>What an import made, and what could not be taken or kept: each thing once, with how often and the first places.</summary>
public sealed class ImportReport
{
    private const int MostExamples = 20;
    private readonly SortedDictionary<string, long> made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (bool IsRefusal, long Count, List<string> Examples)> notes = new(StringComparer.Ordinal);

    /// <summary>How many of which kind came in: "people", "clients", "roles", "scopes", "passwords", "authenticators".</summary>
    public IReadOnlyDictionary<string, long> Made => made;

    /// <summary>What to know; refusals first.</summary>
    public IReadOnlyList<ImportNote> Notes => [.. notes.Select(one => new ImportNote(one.Key, one.Value.IsRefusal, one.Value.Count, one.Value.Examples)).OrderByDescending(note => note.IsRefusal).ThenByDescending(note => note.Count)];

    /// <summary>Reads what was kept.</summary>
    public static ImportReport Read(string? json)
    {
        var report = new ImportReport();
        if (json is null) return report;
        var root = JsonNode.Parse(json)!.AsObject();
        foreach (var (name, count) in root["made"]!.AsObject()) report.made[name] = count!.GetValue<long>();
        foreach (var note in root["notes"]!.AsArray())
            report.notes[note!["code"]!.GetValue<string>()] = (note["refused"]!.GetValue<bool>(), note["count"]!.GetValue<long>(), [.. note["examples"]!.AsArray().Select(place => place!.GetValue<string>())]);
        return report;
    }

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["made"] = new JsonObject(made.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        ["notes"] = new JsonArray([.. Notes.Select(note => (JsonNode)new JsonObject
        {
            ["code"] = note.Code, ["refused"] = note.IsRefusal, ["count"] = note.Count, ["detail"] = note.Sentence, ["examples"] = new JsonArray([.. note.Examples.Select(place => (JsonNode)place)]),
        })]),
    };

    internal void Add(ImportOutcome outcome)
    {
        foreach (var (name, count) in outcome.Made) made[name] = made.GetValueOrDefault(name) + count;
        foreach (var (code, isRefusal, place) in outcome.Notes)
        {
            var (_, count, examples) = notes.TryGetValue(code, out var known) ? known : (isRefusal, 0, []);
            if (examples.Count < MostExamples) examples.Add(place);
            notes[code] = (isRefusal, count + 1, examples);
        }
    }

    internal string Write() => ToJson().ToJsonString();
}
