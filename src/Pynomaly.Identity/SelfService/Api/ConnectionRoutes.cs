using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on the applications that use the account.</summary>
internal sealed class ConnectionRoutes(Connections connections)
{
    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "/connections", "listConnections", "Applications that may use the account.", async call => ApiAnswer.List("connections", (await connections.ListAsync(call.Account.Id, call.Stop)).Select(ConnectionOf)))
        {
            Gives = ApiSchema.List("connections", ApiSchema.Object("client_id:string client_name:string logo_uri?:uri scopes:string[] claims:string[] since:date-time last_used?:date-time offline:boolean")),
        },
        new("DELETE", "/connections/{id}", "withdrawConnection", "Ends what the application may do, and forgets that it was allowed. The name is its client_id.", async call => await connections.WithdrawAsync(call.Context, call.Session, call.Id, call.Stop) ? ApiAnswer.Done : throw ApiProblem.NotFound()),
    ];

    private static JsonObject ConnectionOf(Connection connection)
    {
        var body = new JsonObject
        {
            ["client_id"] = connection.Application.ClientId, ["client_name"] = connection.Application.DisplayName, ["scopes"] = new JsonArray([.. connection.Scopes.Select(scope => (JsonNode)scope.Name)]),
            ["claims"] = new JsonArray([.. connection.Claims.Select(claim => (JsonNode)claim)]), ["since"] = connection.Since.UtcDateTime, ["offline"] = connection.IsOffline,
        };
        if (connection.Application.Metadata.LogoUri is { } logo) body["logo_uri"] = logo;
        if (connection.LastUsed is { } used) body["last_used"] = used.UtcDateTime;
        return body;
    }
}
