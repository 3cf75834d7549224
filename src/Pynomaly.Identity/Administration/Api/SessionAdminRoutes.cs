using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Everybody's sessions and grants.</summary>
internal sealed class SessionAdminRoutes(SessionAdministration sessions, GrantAdministration grants) : AdminRoutes
{
    private const string View = ManagementPermissions.ViewSessions;
    private const string Manage = ManagementPermissions.ManageSessions;

    private static readonly JsonObject Session = ApiSchema.Object(
        "id:string user_id:string username:string state:string acr:string amr:string[] user_agent?:string address?:string created:date-time auth_time:date-time last_seen:date-time expires:date-time ended?:date-time");

    private static readonly JsonObject Grant = ApiSchema.Object(
        "id:string user_id:string username:string client_id:string session_id?:string scopes:string[] resources:string[] offline:boolean generation:integer tokens_issued:integer state:string acr:string auth_time:date-time created:date-time last_used:date-time expires:date-time ended?:date-time end_reason?:string jtis?:string[]");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/sessions", "listSessions", "Browser sessions, the newest first.", async call => PageAnswer.Of(await sessions.ListAsync(call.Operator, new SessionFilter
        {
            UserId = call.Query("user_id"), ClientId = call.Query("client_id"), Address = call.Query("address"), All = AdminJson.Flag(call, "all") ?? false,
        }, call.After, call.Limit, call.Stop), Of))
        {
            Permission = View, Gives = PageAnswer.Schema(Session),
            Query = [("user_id", "Those of this person."), ("client_id", "Those in which this client was granted something."), ("address", "Those that began there."), ("all", "true: those that ended too."), .. PageAnswer.Query],
        },
        new("GET", "/sessions/{id}", "getSession", "A session, with the living grants that were made in it.", async call => new ApiAnswer(Of(await sessions.GetAsync(call.Operator, call.Id, call.Stop))))
        {
            Permission = View, Gives = WithGrants(),
        },
        new("DELETE", "/sessions/{id}", "endSession", "Ends a session, and every grant made in it.", async call =>
        {
            await sessions.EndAsync(call.Operator, call.Id, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = Manage,
        },
        new("GET", "/grants", "listGrants", "What people granted clients, the newest first.", async call => PageAnswer.Of(await grants.ListAsync(call.Operator, new GrantFilter
        {
            UserId = call.Query("user_id"), ClientId = call.Query("client_id"), SessionId = call.Query("session_id"), IsOffline = AdminJson.Flag(call, "offline"), All = AdminJson.Flag(call, "all") ?? false,
        }, call.After, call.Limit, call.Stop), Of))
        {
            Permission = View, Gives = PageAnswer.Schema(Grant),
            Query =
            [
                ("user_id", "Those of this person."), ("client_id", "Those to this client."), ("session_id", "Those made in this session."), ("offline", "true or false: with refresh tokens or without."),
                ("all", "true: those that ended too."), .. PageAnswer.Query,
            ],
        },
        new("GET", "/grants/{id}", "getGrant", "A grant, with the jtis of its access tokens that may still live.", async call => new ApiAnswer(Of(await grants.GetAsync(call.Operator, call.Id, call.Stop)))) { Permission = View, Gives = Grant },
        new("DELETE", "/grants/{id}", "endGrant", "Ends a grant, and every token that came of it.", async call =>
        {
            await grants.EndAsync(call.Operator, call.Id, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = Manage,
        },
    ];

    private static JsonObject Of(SessionSummary session) => AdminJson.Object(("id", session.Id), ("user_id", session.UserId), ("username", session.UserName), ("state", session.State), ("acr", session.Acr),
        ("amr", session.Amr), ("user_agent", session.UserAgent), ("address", session.Address), ("created", session.Created), ("auth_time", session.AuthTime), ("last_seen", session.LastSeen),
        ("expires", session.Expires), ("ended", session.Ended), ("grants", session.Grants is null ? null : AdminJson.Array(session.Grants, Of)));

    private static JsonObject Of(GrantSummary grant) => AdminJson.Object(("id", grant.Id), ("user_id", grant.UserId), ("username", grant.UserName), ("client_id", grant.ClientId), ("session_id", grant.SessionId),
        ("scopes", grant.Scopes), ("resources", grant.Resources), ("offline", grant.IsOffline), ("generation", grant.Generation), ("tokens_issued", grant.TokensIssued), ("state", grant.State), ("acr", grant.Acr),
        ("auth_time", grant.AuthTime), ("created", grant.Created), ("last_used", grant.LastUsed), ("expires", grant.Expires), ("ended", grant.Ended), ("end_reason", grant.EndReason), ("jtis", grant.LivingTokens));

    private static JsonObject WithGrants()
    {
        var schema = Session.DeepClone().AsObject();
        schema["properties"]!["grants"] = ApiSchema.Array(Grant);
        return schema;
    }
}
