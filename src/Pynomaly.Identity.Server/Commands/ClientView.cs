using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>What a client is registered with, as facts to print.</summary>
internal static class ClientView
{
    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The fields that differ from their default.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(ClientDetails client)
    {
        var (whole, usual) = (Node(client.Metadata), Node(new ClientMetadata()));
        return whole.Where(member => member.Key != "client_name" && !JsonNode.DeepEquals(member.Value, usual[member.Key])).Select(member => (member.Key, Value(member.Value)));
    }

    private static JsonObject Node(ClientMetadata metadata) => JsonSerializer.SerializeToNode(metadata, Wire)!.AsObject();

    private static object? Value(JsonNode? node) => node switch
    {
        JsonArray items when items.All(item => item?.GetValueKind() == JsonValueKind.String) => items.Select(item => item!.GetValue<string>()).ToList(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => node?.ToJsonString(),
    };
}
