using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>Things as configuration files write them, what stands at its default left out: for export, for differences, and for what is remembered of the last application.</summary>
internal static class ConfigurationViews
{
    /// <summary>Holds the hash of a secret that a file named. Never shown, never exported.</summary>
    public const string SecretMark = "#secret";

    /// <summary>The same of the credential that goes with security events.</summary>
    public const string CredentialMark = "#credential";

    /// <summary>A client.</summary>
    public static JsonObject Of(string clientId, ClientMetadata metadata, bool isEnabled)
    {
        var usual = Metadata(new ClientMetadata());
        var json = new JsonObject { ["client_id"] = clientId };
        foreach (var (name, value) in Metadata(metadata))
            if (!JsonNode.DeepEquals(value, usual[name])) json[name] = value?.DeepClone();
        if (!isEnabled) json["enabled"] = false;
        return json;
    }

    /// <summary>A scope.</summary>
    public static JsonObject Of(Scope scope) => Without(new JsonObject
    {
        ["name"] = scope.Name, ["display_name"] = scope.DisplayName, ["description"] = scope.Description, ["resources"] = Texts(scope.Resources),
        ["permissions"] = scope.Permissions is null ? null : Texts(scope.Permissions),
    });

    /// <summary>A role.</summary>
    public static JsonObject Role(string name, string? description, IEnumerable<string> permissions, bool requireSecondFactor) => Without(new JsonObject
    {
        ["name"] = name, ["description"] = description, ["permissions"] = Texts(permissions), ["require_second_factor"] = requireSecondFactor ? true : null,
    });

    /// <summary>A permission.</summary>
    public static JsonObject Of(Permission permission) => Without(new JsonObject { ["name"] = permission.Name, ["description"] = permission.Description, ["resource"] = permission.Resource });

    private static JsonObject Metadata(ClientMetadata metadata) => JsonSerializer.SerializeToNode(metadata, AdministrationJson.Default.ClientMetadata)!.AsObject();

    private static JsonObject Without(JsonObject json)
    {
        foreach (var (name, _) in json.Where(member => member.Value is null).ToArray()) json.Remove(name);
        return json;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
