using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Scopes, and the APIs that they lead to.</summary>
internal sealed class ScopeRoutes(ScopeAdministration scopes) : AdminRoutes
{
    private static readonly JsonObject Change = ApiSchema.Object("display_name?:string|null description?:string|null resources?:string[] permissions?:string[]");

    private static readonly JsonObject Detail = ApiSchema.Object(
        "name:string display_name?:string description?:string resources:string[] permissions?:string[] standard:boolean covers:string[] clients:string[] clients_total:integer resource_servers:string[]");

    /// <summary>A scope that is to be made.</summary>
    public static JsonObject NewSchema { get; } = ApiSchema.Object("name:string display_name?:string description?:string resources?:string[] permissions?:string[]");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/scopes", "listScopes", "All scopes.", async call => ApiAnswer.List("items", (await scopes.ListAsync(call.Operator, call.Stop)).Select(Of)))
        {
            Permission = ManagementPermissions.ViewClients,
            Gives = ApiSchema.List("items", ApiSchema.Object("name:string display_name?:string description?:string resources:string[] standard:boolean permissions:integer clients:integer")),
        },
        new("POST", "/scopes", "createScope", "Makes a scope.", async call => Answer(await scopes.CreateAsync(call.Operator, Read(await call.ReadAsync()), call.Stop)))
        {
            Permission = ManagementPermissions.ManageClients, Status = StatusCodes.Status201Created, MayConflict = true, Takes = NewSchema, Gives = Detail,
        },
        new("GET", "/scopes/{id}", "getScope", "A scope: the permissions that it covers, and the first hundred clients that may ask for it (listClients shows all).", async call => Answer(await scopes.GetAsync(call.Operator, call.Id, call.Stop)))
        {
            Permission = ManagementPermissions.ViewClients, Gives = Detail,
        },
        new("PATCH", "/scopes/{id}", "changeScope", "Sets what is named (RFC 7396). Without permissions it covers all of its APIs.", async call => Answer(await scopes.ChangeAsync(call.Operator, call.Id, await call.ReadAsync(), call.Expected, call.Stop)))
        {
            Permission = ManagementPermissions.ManageClients, Takes = Change, Gives = Detail,
        },
        new("DELETE", "/scopes/{id}", "deleteScope", "Deletes a scope that no client may ask for.", async call =>
        {
            await scopes.DeleteAsync(call.Operator, call.Id, call.Expected, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageClients, MayConflict = true,
        },
    ];

    /// <summary>Reads one that is to be made.</summary>
    /// <exception cref="ApiProblem">A member does not exist, or is of the wrong kind.</exception>
    public static NewScope Read(JsonObject body)
    {
        string[] members = ["name", "display_name", "description", "resources", "permissions"];
        var unknown = body.Select(member => member.Key).Where(name => !members.Contains(name)).ToList();
        if (unknown.Count > 0) throw ApiProblem.Invalid([.. unknown.Select(name => (name, ApiRequest.Unknown, "There is no such field"))]);
        return new NewScope(ApiRequest.Require(body, "name"), ApiRequest.Find(body, "display_name"), ApiRequest.Find(body, "description"), AdminJson.Texts(body, "resources") ?? [], AdminJson.Texts(body, "permissions"));
    }

    private static JsonObject Of(ScopeSummary scope) => AdminJson.Object(("name", scope.Name), ("display_name", scope.DisplayName), ("description", scope.Description), ("resources", scope.Resources),
        ("standard", scope.IsStandard), ("permissions", scope.Permissions), ("clients", scope.Clients));

    private static ApiAnswer Answer(ScopeDetails scope) => new(AdminJson.Object(("name", scope.Name), ("display_name", scope.DisplayName), ("description", scope.Description), ("resources", scope.Resources),
        ("permissions", scope.Permissions), ("standard", scope.IsStandard), ("covers", scope.Covers), ("clients", scope.Clients), ("clients_total", scope.ClientCount), ("resource_servers", scope.ResourceServers)))
    {
        Version = scope.Version,
    };
}
