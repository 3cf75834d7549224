using System.Text.Json.Nodes;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>What configuration files asked for when they were last applied, section by section: what stands is held against it. Of secrets it keeps the hashes that the clients' rows keep too.</summary>
internal sealed class AppliedConfiguration
{
    private const string Name = "configuration";
    private const string ReadSql = $"SELECT number, text FROM server_state WHERE name = '{Name}'";

    private const string WriteSql = $"""
        INSERT INTO server_state (name, number, text) VALUES ('{Name}', $1, $2) ON CONFLICT (name) DO UPDATE SET number = $1, text = $2
        """;

    private AppliedConfiguration(DateTimeOffset at, JsonObject content) => (At, Content) = (at, content);

    /// <summary>When it was applied.</summary>
    public DateTimeOffset At { get; }

    /// <summary>By whom.</summary>
    public string By => (string?)Content["by"] ?? "";

    /// <summary>Kinds, and within them names with what was asked for.</summary>
    public JsonObject Kinds => Content["kinds"]!.AsObject();

    private JsonObject Content { get; }

    /// <summary>Whether the files were to be all that there is of the kind.</summary>
    public bool IsWhole(string kind) => Content["whole"]!.AsArray().Any(one => (string?)one == kind);

    /// <summary>What was last applied; null: nothing.</summary>
    public static async ValueTask<AppliedConfiguration?> ReadAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var (at, text) = await session.FirstAsync(ReadSql, row => (row.GetInt64(0), row.Text(1)), cancellationToken);
        return text is null ? null : new(DateTimeOffset.FromUnixTimeMilliseconds(at), JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>Whether the same was asked for last time.</summary>
    public static async ValueTask<bool> IsSameAsync(SqlSession session, ConfigurationFile file, ChangeSet set, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(session, cancellationToken);
        if (before is null) return false;
        var after = Next(before, file, set);
        return JsonNode.DeepEquals(before.Kinds, after["kinds"]) && JsonNode.DeepEquals(before.Content["whole"], after["whole"]);
    }

    /// <summary>Remembers it. Sections that the files do not have stay as they were.</summary>
    public static async ValueTask WriteAsync(SqlSession session, Operator who, ConfigurationFile file, ChangeSet set, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var content = Next(await ReadAsync(session, cancellationToken), file, set);
        content["by"] = who.Id;
        await session.ExecuteAsync(WriteSql, cancellationToken, now, content.ToJsonString());
    }

    private static JsonObject Next(AppliedConfiguration? before, ConfigurationFile file, ChangeSet set)
    {
        var kinds = before?.Kinds.DeepClone().AsObject() ?? [];
        var whole = (before?.Content["whole"]?.AsArray() ?? []).Select(one => (string)one!).ToHashSet(StringComparer.Ordinal);
        foreach (var section in file.Present.Where(section => section is not ("users" or "$schema")))
        {
            var kind = section.TrimEnd('s');
            var named = file.NamesOf(section);
            var wanted = set.Wanted.Where(one => one.Kind == kind && named.Contains(one.Name)).OrderBy(one => one.Name, StringComparer.Ordinal);
            kinds[kind] = new JsonObject(wanted.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.View.DeepClone())));
            if (file.Prunes(section)) whole.Add(kind);
            else whole.Remove(kind);
        }

        return new JsonObject { ["kinds"] = kinds, ["whole"] = new JsonArray([.. whole.Order(StringComparer.Ordinal).Select(one => (JsonNode)one)]) };
    }
}
