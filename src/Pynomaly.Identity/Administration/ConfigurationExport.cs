using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The installation as a configuration file: everything but secrets and people. Applied to the same database it changes nothing.</summary>
public sealed class ConfigurationExport(Database database)
{
    /// <summary>Writes it.</summary>
    public async Task<JsonObject> WriteAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return new JsonObject
        {
            ["applications"] = Array((await Applications.ListAsync(session, cancellationToken)).Select(Application)),
            ["scopes"] = Array((await Scopes.ListAsync(session, cancellationToken)).Select(scope => Without(new JsonObject
            {
                ["name"] = scope.Name, ["display_name"] = scope.DisplayName, ["description"] = scope.Description, ["resources"] = Texts(scope.Resources),
                ["permissions"] = scope.Permissions is null ? null : Texts(scope.Permissions),
            }))),
            ["roles"] = Array((await Roles.ListAsync(session, cancellationToken)).Select(role => Without(new JsonObject
            {
                ["name"] = role.Name, ["description"] = role.Description, ["permissions"] = Texts(role.Permissions),
                ["require_second_factor"] = role.RequireSecondFactor ? true : null,
            }))),
            ["permissions"] = Array((await Permissions.ListAsync(session, cancellationToken)).Select(permission => Without(new JsonObject
            {
                ["name"] = permission.Name, ["description"] = permission.Description, ["resource"] = permission.Resource,
            }))),
        };
    }

    // What stands at its default is left out, so that the file says what is particular about the client.
    private static JsonObject Application(Application application)
    {
        var usual = Metadata(new ClientMetadata());
        var json = new JsonObject { ["client_id"] = application.ClientId };
        foreach (var (name, value) in Metadata(application.Metadata))
            if (!JsonNode.DeepEquals(value, usual[name])) json[name] = value?.DeepClone();
        if (!application.IsEnabled) json["enabled"] = false;
        return json;
    }

    private static JsonObject Metadata(ClientMetadata metadata) => JsonSerializer.SerializeToNode(metadata, AdministrationJson.Default.ClientMetadata)!.AsObject();

    private static JsonObject Without(JsonObject json)
    {
        foreach (var (name, _) in json.Where(member => member.Value is null).ToArray()) json.Remove(name);
        return json;
    }

    private static JsonArray Array(IEnumerable<JsonObject> entries) => [.. entries];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
