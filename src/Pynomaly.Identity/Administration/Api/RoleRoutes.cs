using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Roles, what their patterns stand for, and who has them.</summary>
internal sealed class RoleRoutes(RoleAdministration roles) : AdminRoutes
{
    private static readonly (string, string)[] Parts = [("after", "Where to go on: next of the part before."), ("limit", "How many items, 1 to 200; 50 if it is absent.")];

    private static readonly JsonObject ExpansionSchema = ApiSchema.Array(ApiSchema.Object("pattern:string permissions:string[]"));

    private static readonly JsonObject RoleSchema = ApiSchema.Object(
        "name:string description?:string permissions:string[] grants:string[] require_second_factor:boolean administrators:boolean owners:boolean may_be_given:boolean", ("expansion", ExpansionSchema));

    /// <summary>The schema of somebody who has a role or a permission.</summary>
    public static JsonObject HolderSchema { get; } = ApiSchema.Object("id:string username:string email?:email disabled:boolean roles:string[]");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/roles", "listRoles", "Roles, by name.", async call => AdminJson.Page(await roles.ListAsync(call.Operator, call.After, call.Limit, call.Stop), Of))
        {
            Permission = ManagementPermissions.ViewRoles, Query = Parts, Gives = AdminJson.PageSchema(RoleSchema),
        },
        new("POST", "/roles", "createRole", "Makes a role. Nobody makes one that grants what they do not hold over this server.", CreateAsync)
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Gives = RoleSchema,
            Takes = ApiSchema.Object("name:string description?:string permissions:string[] require_second_factor?:boolean"),
        },
        new("POST", "/roles/expansion", "expandPatterns", "What patterns would grant, over the catalogue of today.", ExpandAsync)
        {
            Permission = ManagementPermissions.ViewRoles, ChangesNothing = true, Takes = ApiSchema.Object("permissions:string[]"), Gives = ApiSchema.Object("", ("expansion", ExpansionSchema)),
        },
        new("GET", "/roles/{id}", "getRole", "A role by its name.", async call => Answer(await roles.GetAsync(call.Operator, call.Id, call.Stop))) { Permission = ManagementPermissions.ViewRoles, Gives = RoleSchema },
        new("PATCH", "/roles/{id}", "changeRole", "Sets what is named. With end_tokens the living access tokens of all who have it end, and are made anew from refresh tokens.", ChangeAsync)
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true, Gives = RoleSchema,
            Takes = ApiSchema.Object("description?:string|null permissions?:string[] require_second_factor?:boolean end_tokens?:boolean"),
        },
        new("DELETE", "/roles/{id}", "deleteRole", "Deletes a role that nobody has; with take_away it is taken from who has it.", async call =>
        {
            await roles.DeleteAsync(call.Operator, call.Id, AdminJson.Flag(call, "take_away") ?? false, AdminJson.Flag(call, "end_tokens") ?? false, call.Expected, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageRoles, IsSensitive = true, MayConflict = true,
            Query = [("take_away", "true: it is taken from who has it."), ("end_tokens", "true: their living access tokens end too.")],
        },
        new("GET", "/roles/{id}/users", "listRoleUsers", "Who has the role.", async call => AdminJson.Page(await roles.HoldersAsync(call.Operator, call.Id, call.After, call.Limit, call.Stop), PersonJson.Of))
        {
            Permission = ManagementPermissions.ViewRoles, Query = Parts, Gives = AdminJson.PageSchema(HolderSchema),
        },
    ];

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("name", "description", "permissions", "require_second_factor");
        var name = ApiRequest.Require(body, "name");
        if (AdminJson.Texts(body, "permissions") is not { } permissions) throw ApiProblem.Invalid(("permissions", "missing", "The field is required; write [] for none"));
        return Answer(await roles.CreateAsync(call.Operator, name, new RoleChange
        {
            Description = ApiRequest.Find(body, "description"), Permissions = permissions, RequireSecondFactor = AdminJson.Flag(body, "require_second_factor"),
        }, call.Stop));
    }

    private async Task<ApiAnswer> ChangeAsync(AdminCall call)
    {
        var body = await call.ReadAsync("description", "permissions", "require_second_factor", "end_tokens");
        var change = new RoleChange
        {
            Description = body.ContainsKey("description") ? ApiRequest.Find(body, "description") ?? "" : null, Permissions = AdminJson.Texts(body, "permissions"),
            RequireSecondFactor = AdminJson.Flag(body, "require_second_factor"),
        };
        return Answer(await roles.ChangeAsync(call.Operator, call.Id, change, AdminJson.Flag(body, "end_tokens") ?? false, call.Expected, call.Stop));
    }

    private async Task<ApiAnswer> ExpandAsync(AdminCall call)
    {
        var body = await call.ReadAsync("permissions");
        return new ApiAnswer(new JsonObject { ["expansion"] = ExpansionOf(await roles.ExpandAsync(call.Operator, AdminJson.Texts(body, "permissions") ?? [])) });
    }

    private static ApiAnswer Answer(RoleDetails role) => new(Of(role)) { Version = role.Version };

    private static JsonObject Of(RoleDetails role) => AdminJson.Object(
        ("name", role.Name), ("description", role.Description), ("permissions", role.Patterns.Select(one => one.Pattern)), ("grants", role.Permissions), ("require_second_factor", role.RequireSecondFactor),
        ("administrators", role.IsAdministrators), ("owners", role.IsOwners), ("may_be_given", role.MayBeGiven), ("expansion", ExpansionOf(role.Patterns)));

    private static JsonArray ExpansionOf(IReadOnlyList<PatternExpansion> patterns) => AdminJson.Array(patterns, one => AdminJson.Object(("pattern", one.Pattern), ("permissions", one.Permissions)));
}
