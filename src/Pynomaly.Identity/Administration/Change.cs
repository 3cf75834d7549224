using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration;

/// <summary>One thing that applying a configuration changes, or would change.</summary>
/// <param name="Verb">"create", "update", "delete" or "unchanged".</param>
/// <param name="Kind">"application", "scope", "role", "permission", "webhook", "event_receiver" or "user".</param>
/// <param name="Name">Which.</param>
/// <param name="Members">The members that change.</param>
public sealed record Change(string Verb, string Kind, string Name, IReadOnlyList<MemberChange> Members)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True unless the database already stands as asked.</summary>
    public bool IsChange => Verb != "unchanged";

    /// <summary>The names of the members that change, for an update.</summary>
    public IReadOnlyList<string> What => Verb == "update" ? [.. Members.Select(member => member.Name)] : [];

    /// <summary>The change with every member's value before and after, a line each.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Verb} {Kind} {Name}";
        if (Verb is not ("create" or "update")) yield break;
        foreach (var member in Members)
        {
            if (member.IsSecret) yield return $"    {member.Name}: (secret)";
            else if (Verb == "create") yield return $"    {member.Name}: {Text(member.New)}";
            else yield return $"    {member.Name}: {Text(member.Old)} -> {Text(member.New)}";
        }
    }

    /// <summary>The same for programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["verb"] = Verb, ["kind"] = Kind, ["name"] = Name, ["what"] = new JsonArray([.. What.Select(name => (JsonNode)name)]),
        ["members"] = new JsonArray([.. Members.Select(member => member.ToJson())]),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Change Read(JsonNode json) => new((string)json["verb"]!, (string)json["kind"]!, (string)json["name"]!,
        [.. json["members"]!.AsArray().Select(member => new MemberChange((string)member!["name"]!, member["old"]?.DeepClone(), member["new"]?.DeepClone(), (bool)member["secret"]!))]);

    /// <inheritdoc/>
    public override string ToString() => What.Count == 0 ? $"{Verb} {Kind} {Name}" : $"{Verb} {Kind} {Name}: {string.Join(", ", What)}";

    private static string Text(JsonNode? value) => value?.ToJsonString(Readable) ?? "(none)";
}
