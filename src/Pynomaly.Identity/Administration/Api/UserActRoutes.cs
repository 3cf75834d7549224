using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>What is done to people: one, or many at once.</summary>
internal sealed class UserActRoutes(UserAdministration users, AccountRegistry registry, RoleAdministration roles, BulkAdministration bulk, Impersonation impersonation) : AdminRoutes
{
    private static readonly JsonObject LinkSchema = ApiSchema.Object("sent:boolean link?:uri");
    private static readonly JsonObject OutcomesSchema = ApiSchema.List("outcomes", ApiSchema.Object("id:string done:boolean problem?:string code?:string detail?:string"));

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        Act("disable", "disableUser", "Refuses the account everywhere, and ends its sessions, grants and tokens at once.", ManagementPermissions.ManageUsers, call => users.DisableAsync(call.Operator, call.Id, call.Expected, call.Stop)),
        Act("enable", "enableUser", "Lets the account be used again, and keeps one that was to be deleted.", ManagementPermissions.ManageUsers, call => users.EnableAsync(call.Operator, call.Id, call.Expected, call.Stop)),
        Act("unlock", "unlockUser", "Forgets wrong passwords and wrong second factors.", ManagementPermissions.ManageUsers, call => users.UnlockAsync(call.Operator, call.Id, call.Stop)),
        Act("end-sessions", "endUserSessions", "Ends all sessions, grants and tokens of the person.", ManagementPermissions.ManageSessions, call => users.EndSessionsAsync(call.Operator, call.Id, call.Stop)),
        new("POST", "/users/{id}/password-reset", "resetUserPassword", "Makes a link by which the person sets a new password: sent to the proven address, or handed over.", call => LinkAsync(call, registry.ResetPasswordAsync))
        {
            Permission = ManagementPermissions.ManageUsers, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("delivery:string"), Gives = LinkSchema,
        },
        new("POST", "/users/{id}/factor-reset", "resetUserFactors", "Makes a link that takes lost second factors away: sent to the proven address, or handed over.", call => LinkAsync(call, registry.ResetFactorsAsync))
        {
            Permission = ManagementPermissions.ManageUsers, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("delivery:string"), Gives = LinkSchema,
        },
        new("DELETE", "/users/{id}", "deleteUser", "Deletes the account: refused from now on, its rows gone at delete_after; until then enableUser keeps it.", DeleteAsync)
        {
            Permission = ManagementPermissions.ManageUsers, IsSensitive = true, MayConflict = true, Query = [("at_once", "true: without the delay.")], Status = StatusCodes.Status202Accepted, Gives = ApiSchema.Object("delete_after:date-time"),
        },
        new("POST", "/users/{id}/impersonation", "impersonateUser", "A token in the person's stead for one API, at most ten minutes, marked by the claim act.", ImpersonateAsync)
        {
            Permission = ManagementPermissions.ImpersonateUsers, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("client_id:string scope:string resource?:uri reason:string"),
            Gives = ApiSchema.Object("access_token:string token_type:string expires_in:integer scope:string audience:string"),
        },
        new("PUT", "/users/{id}/roles/{role}", "assignRole", "Gives the person a role.", async call => Done(await roles.AssignAsync(call.Operator, call.Id, call.Part("role"), call.Stop)))
        {
            Permission = ManagementPermissions.AssignRoles, IsSensitive = true,
        },
        new("DELETE", "/users/{id}/roles/{role}", "unassignRole", "Takes a role from the person. New tokens are without it at once; with end_tokens those that live end too.",
            async call => Done(await roles.UnassignAsync(call.Operator, call.Id, call.Part("role"), AdminJson.Flag(call, "end_tokens") ?? false, call.Stop)))
        {
            Permission = ManagementPermissions.AssignRoles, IsSensitive = true, MayConflict = true, Query = [("end_tokens", "true: the person's living access tokens end.")],
        },
        Bulk("disable", "disableUsers", BulkAct.Disable, ManagementPermissions.ManageUsers, "ids:string[]"),
        Bulk("enable", "enableUsers", BulkAct.Enable, ManagementPermissions.ManageUsers, "ids:string[]"),
        Bulk("end-sessions", "endSessionsOfUsers", BulkAct.EndSessions, ManagementPermissions.ManageSessions, "ids:string[]"),
        Bulk("assign-role", "assignRoleToUsers", BulkAct.AssignRole, ManagementPermissions.AssignRoles, "ids:string[] role:string"),
        Bulk("unassign-role", "unassignRoleFromUsers", BulkAct.UnassignRole, ManagementPermissions.AssignRoles, "ids:string[] role:string"),
    ];

    private static AdminRoute Act(string verb, string name, string summary, string permission, Func<AdminCall, Task> act) => new("POST", $"/users/{{id}}/{verb}", name, summary, async call =>
    {
        await act(call);
        return ApiAnswer.Done;
    })
    {
        Permission = permission, MayConflict = true,
    };

    private AdminRoute Bulk(string verb, string name, BulkAct act, string permission, string takes) => new("POST", $"/users/bulk/{verb}", name, $"The same for up to {BulkAdministration.Most} people, each with an outcome of its own.", async call =>
    {
        var body = await call.ReadAsync([.. takes.Split(' ').Select(member => member[..member.IndexOf(':', StringComparison.Ordinal)])]);
        var outcomes = await bulk.RunAsync(call.Operator, act, AdminJson.Texts(body, "ids") ?? [], ApiRequest.Find(body, "role"), call.Stop);
        return ApiAnswer.List("outcomes", outcomes.Select(one => AdminJson.Object(("id", one.Id), ("done", one.Done), ("problem", WordOf(one.Problem)), ("code", one.Why?.Code), ("detail", one.Why?.ToString()))));
    })
    {
        Permission = permission, IsSensitive = permission == ManagementPermissions.AssignRoles, Takes = ApiSchema.Object(takes), Gives = OutcomesSchema,
    };

    private static async Task<ApiAnswer> LinkAsync(AdminCall call, Func<Operator, string, LinkDelivery, CancellationToken, Task<string?>> make)
    {
        var body = await call.ReadAsync("delivery");
        var delivery = ApiRequest.Require(body, "delivery") switch
        {
            "mail" => LinkDelivery.Mail,
            "hand" => LinkDelivery.Hand,
            _ => throw ApiProblem.Invalid(("delivery", ApiRequest.Unknown, "Write mail or hand")),
        };
        var link = await make(call.Operator, call.Id, delivery, call.Stop);
        return new ApiAnswer(AdminJson.Object(("sent", delivery == LinkDelivery.Mail), ("link", link)));
    }

    private async Task<ApiAnswer> DeleteAsync(AdminCall call) => await users.DeleteAsync(call.Operator, call.Id, AdminJson.Flag(call, "at_once") ?? false, call.Expected, call.Stop) is { } day
        ? new ApiAnswer(AdminJson.Object(("delete_after", day))) : ApiAnswer.Done;

    private async Task<ApiAnswer> ImpersonateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("client_id", "scope", "resource", "reason");
        var token = await impersonation.IssueAsync(call.Operator, call.Id, new ImpersonationRequest
        {
            ClientId = ApiRequest.Require(body, "client_id"), Scope = ApiRequest.Require(body, "scope"), Resource = ApiRequest.Find(body, "resource"), Reason = ApiRequest.Require(body, "reason"),
        }, call.Stop);
        return new ApiAnswer(AdminJson.Object(("access_token", token.AccessToken), ("token_type", "Bearer"), ("expires_in", token.ExpiresIn), ("scope", token.Scope), ("audience", token.Audience)));
    }

    // Done before is done, too (RFC 9110 §9.2.2).
    private static ApiAnswer Done(bool _) => ApiAnswer.Done;

    private static string? WordOf(AdministrationProblem? problem) => problem switch
    {
        null => null,
        AdministrationProblem.NotFound => "not_found",
        AdministrationProblem.NotConfirmed => "not_confirmed",
        { } other => other.ToString().ToLowerInvariant(),
    };
}
