using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration;

/// <summary>A member that changes.</summary>
/// <param name="Name">Its name, as files write it.</param>
/// <param name="Old">What stands; null: nothing, or a secret.</param>
/// <param name="New">What is asked for; null: nothing, or a secret.</param>
/// <param name="IsSecret">True: neither value is told.</param>
public sealed record MemberChange(string Name, JsonNode? Old, JsonNode? New, bool IsSecret)
{
    /// <summary>The same for programs.</summary>
    public JsonObject ToJson() => new() { ["name"] = Name, ["old"] = Old?.DeepClone(), ["new"] = New?.DeepClone(), ["secret"] = IsSecret };

    /// <summary>What differs between two views of a thing; null: there is none.</summary>
    internal static IReadOnlyList<MemberChange> Between(JsonObject? before, JsonObject? after) =>
    [
        .. (before ?? []).Select(member => member.Key).Union((after ?? []).Select(member => member.Key))
            .Where(name => !name.StartsWith('#') && !JsonNode.DeepEquals(before?[name], after?[name]))
            .Select(name => new MemberChange(name, before?[name]?.DeepClone(), after?[name]?.DeepClone(), false)),
        .. SecretBetween(before, after),
    ];

    // Of a secret only its hash is compared, and of the hash nothing is told.
    private static IEnumerable<MemberChange> SecretBetween(JsonObject? before, JsonObject? after)
    {
        if (after is null) yield break;
        if ((string?)after[ConfigurationViews.SecretMark] is { } wanted && wanted != (string?)before?[ConfigurationViews.SecretMark]) yield return new MemberChange(after.ContainsKey("client_id") ? "client_secret" : "secret", null, null, true);
        if ((string?)after[ConfigurationViews.CredentialMark] != (string?)before?[ConfigurationViews.CredentialMark]) yield return new MemberChange("credential", null, null, true); // one that goes counts too
    }
}
