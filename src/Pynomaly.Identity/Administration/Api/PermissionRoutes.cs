using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The catalogue of permissions, and why who holds what.</summary>
internal sealed class PermissionRoutes(PermissionAdministration permissions, Explanations explanations, TokenSimulator simulator) : AdminRoutes
{
    private static readonly (string, string)[] Parts = [("after", "Where to go on: next of the part before."), ("limit", "How many items, 1 to 200; 50 if it is absent.")];
    private static readonly JsonObject PermissionSchema = ApiSchema.Object("name:string description?:string resource?:string management:boolean");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/permissions", "listPermissions", "All permissions, by the API that they belong to.",
            async call => ApiAnswer.List("groups", (await permissions.ListAsync(call.Operator, call.Stop)).Select(group => AdminJson.Object(("resource", group.Resource), ("permissions", AdminJson.Array(group.Permissions, Of))))))
        {
            Permission = ManagementPermissions.ViewRoles, Gives = ApiSchema.List("groups", ApiSchema.Object("resource?:string", ("permissions", ApiSchema.Array(PermissionSchema)))),
        },
        new("POST", "/permissions", "createPermission", "Enters a permission. Roles and clients whose patterns match hold it from then on.", CreateAsync)
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("name:string description?:string resource?:uri"), Gives = PermissionSchema,
        },
        new("GET", "/permissions/{id}", "getPermission", "A permission, and what speaks of it: what its deletion would take away.", LookAsync)
        {
            Permission = ManagementPermissions.ViewRoles,
            Gives = ApiSchema.Object("name:string description?:string resource?:string management:boolean scopes:string[] clients_total:integer", ("roles", ApiSchema.Array(PersonJson.ReasonSchema)), ("clients", ApiSchema.Array(PersonJson.ReasonSchema))),
        },
        new("PATCH", "/permissions/{id}", "changePermission", "Describes it anew, or says which API it belongs to.", ChangeAsync)
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("description?:string|null resource?:string|null"), Gives = PermissionSchema,
        },
        new("DELETE", "/permissions/{id}", "deletePermission", "Deletes a permission that no role or client names; with take_away it is taken out there.", async call =>
        {
            await permissions.DeleteAsync(call.Operator, call.Id, AdminJson.Flag(call, "take_away") ?? false, call.Expected, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true, Query = [("take_away", "true: it is taken out of the roles and clients that name it.")],
        },
        new("GET", "/permissions/{id}/users", "listPermissionUsers", "The people who hold it, and why.",
            async call => AdminJson.Page(await explanations.HoldersAsync(call.Operator, call.Id, call.After, call.Limit, call.Stop), HolderOf))
        {
            Permission = ManagementPermissions.ViewRoles, Query = Parts,
            Gives = AdminJson.PageSchema(ApiSchema.Object("id:string username:string email?:email disabled:boolean", ("reasons", ApiSchema.Array(PersonJson.ReasonSchema)))),
        },
        new("GET", "/explain", "explainSubject", "What a person, client or API key may do, and why: from role or registration by pattern to permission.", ExplainAsync)
        {
            Permission = ManagementPermissions.ViewRoles, Query = [("subject", "A user's id or name, a client_id, or the id of an API key."), ("permission", "About this one only.")],
            Gives = ApiSchema.Object("kind:string id:string name:string shut:boolean roles:string[]", ("permissions", ApiSchema.Array(PersonJson.HeldSchema))),
        },
        new("POST", "/simulate", "simulateToken", "What the token endpoint would answer now: claims, size, and why each permission is in or out. Issues nothing.", SimulateAsync)
        {
            Permission = ManagementPermissions.ViewRoles, ChangesNothing = true, Takes = ApiSchema.Object("user_id?:string client_id:string scope?:string resources?:string[]"),
            Gives = ApiSchema.Object("error?:string error_description?:string scope:string audiences:string[] lifetime:integer claims?:object bytes:integer budget:integer needs_second_factor?:boolean",
                ("permissions", ApiSchema.Array(ApiSchema.Object("permission:string in:boolean client_may:boolean covered_by:string[]", ("held", ApiSchema.Array(PersonJson.ReasonSchema)))))),
        },
    ];

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("name", "description", "resource");
        return Answer(await permissions.CreateAsync(call.Operator, ApiRequest.Require(body, "name"), ApiRequest.Find(body, "description"), ApiRequest.Find(body, "resource"), call.Stop));
    }

    private async Task<ApiAnswer> ChangeAsync(AdminCall call)
    {
        var body = await call.ReadAsync("description", "resource");
        string? Text(string name) => body.ContainsKey(name) ? ApiRequest.Find(body, name) ?? "" : null;
        return Answer(await permissions.ChangeAsync(call.Operator, call.Id, Text("description"), Text("resource"), call.Expected, call.Stop));
    }

    private async Task<ApiAnswer> LookAsync(AdminCall call)
    {
        var details = await permissions.GetAsync(call.Operator, call.Id, call.Stop);
        var body = Of(details.Permission);
        body["scopes"] = new JsonArray([.. details.Scopes.Select(scope => (JsonNode)scope)]);
        body["roles"] = AdminJson.Array(details.Roles, PersonJson.Of);
        body["clients"] = AdminJson.Array(details.Clients, PersonJson.Of); // the first hundred
        body["clients_total"] = details.ClientCount;
        return new ApiAnswer(body) { Version = details.Permission.Version };
    }

    private async Task<ApiAnswer> ExplainAsync(AdminCall call)
    {
        var subject = call.Query("subject") ?? throw ApiProblem.Invalid(("subject", "missing", "The parameter is required"));
        var told = await explanations.ExplainAsync(call.Operator, subject, call.Query("permission"), call.Stop);
        return new ApiAnswer(AdminJson.Object(("kind", told.Kind), ("id", told.Id), ("name", told.Name), ("shut", told.IsShut), ("roles", told.Roles), ("permissions", AdminJson.Array(told.Permissions, PersonJson.Of))));
    }

    private async Task<ApiAnswer> SimulateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("user_id", "client_id", "scope", "resources");
        var told = await simulator.RunAsync(call.Operator, new SimulationRequest
        {
            UserId = ApiRequest.Find(body, "user_id"), ClientId = ApiRequest.Require(body, "client_id"), Scope = ApiRequest.Find(body, "scope"), Resources = AdminJson.Texts(body, "resources") ?? [],
        }, call.Stop);
        return new ApiAnswer(AdminJson.Object(("error", told.Error), ("error_description", told.ErrorDescription), ("scope", told.Scope), ("audiences", told.Audiences), ("lifetime", told.Lifetime),
            ("claims", told.Claims is null ? null : JsonNode.Parse(told.Claims)), ("bytes", told.Bytes), ("budget", told.Budget), ("needs_second_factor", told.NeedsSecondFactor),
            ("permissions", AdminJson.Array(told.Permissions, one => AdminJson.Object(("permission", one.Permission), ("in", one.IsIn), ("client_may", one.ClientMay), ("covered_by", one.CoveredBy), ("held", AdminJson.Array(one.Held, PersonJson.Of)))))));
    }

    private static ApiAnswer Answer(PermissionSummary permission) => new(Of(permission)) { Version = permission.Version };

    private static JsonObject Of(PermissionSummary permission) =>
        AdminJson.Object(("name", permission.Name), ("description", permission.Description), ("resource", permission.Resource), ("management", permission.IsManagement));

    private static JsonObject HolderOf(PermissionHolder holder) => AdminJson.Object(("id", holder.Id), ("username", holder.UserName), ("email", holder.Email), ("disabled", holder.IsDisabled), ("reasons", AdminJson.Array(holder.Reasons, PersonJson.Of)));
}
