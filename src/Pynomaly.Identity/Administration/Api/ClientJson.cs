using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration.Review;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Clients as the administration API writes them. Metadata stand under their names of RFC 7591 §2.</summary>
internal static class ClientJson
{
    private const string Common = "client_id:string name:string purpose:string enabled:boolean self_registered:boolean created:date-time updated:date-time";

    /// <summary>A client in a list.</summary>
    public static JsonObject SummarySchema { get; } = ApiSchema.Object($"{Common} token_endpoint_auth_method:string grant_types:string[] scope:string secret_ends?:date-time");

    /// <summary>A secret.</summary>
    public static JsonObject SecretSchema { get; } = ApiSchema.Object("id:string created:date-time expires?:date-time active:boolean");

    /// <summary>What a client is registered with.</summary>
    public static JsonObject MetadataSchema { get; } = Metadata();

    /// <summary>A client.</summary>
    public static JsonObject DetailSchema { get; } = ApiSchema.Object($"{Common} last_used?:date-time", ("metadata", MetadataSchema), ("secrets", ApiSchema.Array(SecretSchema)));

    /// <summary>A client with the secret that is shown this once.</summary>
    public static JsonObject MadeSchema { get; } = ApiSchema.Object("client_secret?:string", ("client", DetailSchema));

    /// <summary>A finding of the posture report.</summary>
    public static JsonObject PostureSchema { get; } = ApiSchema.Object("client_id:string name:string purpose:string worst?:string",
        ("findings", ApiSchema.Array(ApiSchema.Object("id:string severity:string title:string why:string fix:string profiles:string[]"))),
        ("scores", ApiSchema.Array(ApiSchema.Object("profile:string met:integer of:integer"))));

    /// <summary>Writes one in a list.</summary>
    public static JsonObject Of(ClientSummary client) => AdminJson.Object(("client_id", client.ClientId), ("name", client.Name), ("purpose", client.Purpose), ("enabled", client.IsEnabled),
        ("self_registered", client.IsSelfRegistered), ("created", client.Created), ("updated", client.Updated), ("token_endpoint_auth_method", client.AuthMethod),
        ("grant_types", client.GrantTypes), ("scope", client.Scope), ("secret_ends", client.SecretEnds));

    /// <summary>Writes one.</summary>
    public static JsonObject Of(ClientDetails client) => AdminJson.Object(("client_id", client.ClientId), ("name", client.Name), ("purpose", client.Purpose), ("enabled", client.IsEnabled),
        ("self_registered", client.IsSelfRegistered), ("created", client.Created), ("updated", client.Updated), ("last_used", client.LastUsed),
        ("metadata", JsonSerializer.SerializeToNode(client.Metadata, AdministrationJson.Default.ClientMetadata)), ("secrets", AdminJson.Array(client.Secrets, Of)));

    /// <summary>Writes one with its secret.</summary>
    public static ApiAnswer Of(MadeClient made) => new(AdminJson.Object(("client", Of(made.Client)), ("client_secret", made.Secret))) { Version = made.Client.Version };

    /// <summary>The answer that shows one.</summary>
    public static ApiAnswer Answer(ClientDetails client) => new(Of(client)) { Version = client.Version };

    /// <summary>Writes how one stands.</summary>
    public static JsonObject Of(ClientPosture posture) => AdminJson.Object(("client_id", posture.ClientId), ("name", posture.Name), ("purpose", posture.Purpose), ("worst", posture.Worst),
        ("findings", AdminJson.Array(posture.Findings, one => AdminJson.Object(("id", one.Id), ("severity", one.Severity), ("title", one.Title), ("why", one.Why), ("fix", one.Fix), ("profiles", one.Profiles)))),
        ("scores", AdminJson.Array(posture.Scores, one => AdminJson.Object(("profile", one.Profile), ("met", one.Met), ("of", one.Of)))));

    private static JsonObject Of(ClientSecretSummary secret) => AdminJson.Object(("id", secret.Id), ("created", secret.Created), ("expires", secret.Expires), ("active", secret.IsActive));

    private static JsonObject Metadata()
    {
        var properties = new JsonObject();
        foreach (var property in AdministrationJson.Default.ClientMetadata.Properties)
        {
            var type = property.PropertyType;
            properties[property.Name] = type == typeof(bool) ? new JsonObject { ["type"] = "boolean" } : type == typeof(int?) ? new JsonObject { ["type"] = "integer" }
                : type == typeof(List<string>) ? ApiSchema.Array(new JsonObject { ["type"] = "string" }) : type == typeof(JsonElement?) ? new JsonObject { ["type"] = "object" } : new JsonObject { ["type"] = "string" };
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }
}
