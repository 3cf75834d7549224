using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>People: the list, one by one, and what belongs to them.</summary>
internal sealed class UserRoutes(People people, AccountRegistry registry) : AdminRoutes
{
    private static readonly (string, string)[] Parts = [("after", "Where to go on: next of the part before."), ("limit", "How many items, 1 to 200; 50 if it is absent.")];

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/users", "listUsers", "People, in parts.", ListAsync)
        {
            Permission = ManagementPermissions.ViewUsers, Gives = AdminJson.PageSchema(PersonJson.SummarySchema),
            Query =
            [
                ("search", "The beginning of a user name or e-mail address, or a whole id."), ("role", "Who has this role."), ("disabled", "true or false."), ("second_factor", "true or false."),
                ("locked", "true or false."), ("to_be_deleted", "true or false."), ("sort", $"One of: {string.Join(", ", PeopleQuery.Orders)}. By name if it is absent; with role alone in no order."), .. Parts,
            ],
        },
        new("POST", "/users", "createUser", "Makes an account; its person sets a password by the link, which is sent too where there is e-mail. With roles it asks for a sign-in of a moment ago.", CreateAsync)
        {
            Permission = ManagementPermissions.ManageUsers, Status = StatusCodes.Status201Created, Gives = ApiSchema.Object("id:string link:uri"),
            Takes = WithProfile(ApiSchema.Object("username:string email?:email email_verified?:boolean roles?:string[]"), "string"),
        },
        new("POST", "/users/invitations", "inviteUser", "Invites an address; its person chooses name and password by the link, which is sent too where there is e-mail. With roles it asks for a sign-in of a moment ago.", InviteAsync)
        {
            Permission = ManagementPermissions.ManageUsers, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("email:email roles?:string[]"), Gives = ApiSchema.Object("link:uri"),
        },
        new("GET", "/users/{id}", "getUser", "A person, with factors and permissions, and why they hold them.", LookAsync) { Permission = ManagementPermissions.ViewUsers, Gives = PersonJson.DetailSchema },
        new("PATCH", "/users/{id}", "changeUser", "Sets what is named (RFC 7396). Another address counts as unproven unless email_verified says otherwise.", ChangeAsync)
        {
            Permission = ManagementPermissions.ManageUsers, Gives = PersonJson.DetailSchema,
            Takes = WithProfile(ApiSchema.Object("username?:string email?:string|null email_verified?:boolean"), "string|null"),
        },
        new("GET", "/users/{id}/sessions", "listUserSessions", "The person's living sessions, at most 200.", async call => ApiAnswer.List("items", (await people.SessionsAsync(call.Operator, call.Id, call.Stop)).Select(SessionOf)))
        {
            Permission = ManagementPermissions.ViewSessions,
            Gives = ApiSchema.List("items", ApiSchema.Object("id:string user_agent?:string address?:string acr:string created:date-time last_seen:date-time expires:date-time")),
        },
        new("GET", "/users/{id}/grants", "listUserGrants", "What the person granted and that lives, at most 200.", async call => ApiAnswer.List("items", (await people.GrantsAsync(call.Operator, call.Id, call.Stop)).Select(GrantOf)))
        {
            Permission = ManagementPermissions.ViewSessions,
            Gives = ApiSchema.List("items", ApiSchema.Object("id:string client_id:string scope:string offline:boolean created:date-time last_used:date-time expires:date-time")),
        },
        new("GET", "/users/{id}/activity", "listUserActivity", "What the audit trail says of the person, newest first.",
            async call => AdminJson.Page(await people.ActivityAsync(call.Operator, call.Id, call.After, call.Limit, call.Stop), EventOf))
        {
            Permission = ManagementPermissions.ViewAudit, Query = Parts,
            Gives = AdminJson.PageSchema(ApiSchema.Object("sequence:integer at:date-time event:string actor?:string client_id?:string session_id?:string address?:string detail?:string")),
        },
    ];

    private async Task<ApiAnswer> ListAsync(AdminCall call) => AdminJson.Page(await people.ListAsync(call.Operator, new PeopleQuery
    {
        Search = call.Query("search"), Role = call.Query("role"), IsDisabled = AdminJson.Flag(call, "disabled"), HasSecondFactor = AdminJson.Flag(call, "second_factor"),
        IsLocked = AdminJson.Flag(call, "locked"), IsToBeDeleted = AdminJson.Flag(call, "to_be_deleted"), Order = call.Query("sort"),
    }, call.After, call.Limit, call.Stop), PersonJson.Of);

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("username", "email", "email_verified", "roles", "profile");
        var made = await registry.CreateAsync(call.Operator, new NewPerson
        {
            UserName = ApiRequest.Require(body, "username"), Email = ApiRequest.Find(body, "email"), EmailVerified = AdminJson.Flag(body, "email_verified") ?? false,
            Roles = AdminJson.Texts(body, "roles") ?? [], Claims = PersonJson.ClaimsOf(body),
        }, call.Stop);
        return new ApiAnswer(AdminJson.Object(("id", made.Id), ("link", made.Link)));
    }

    private async Task<ApiAnswer> InviteAsync(AdminCall call)
    {
        var body = await call.ReadAsync("email", "roles");
        return new ApiAnswer(AdminJson.Object(("link", await registry.InviteAsync(call.Operator, ApiRequest.Require(body, "email"), AdminJson.Texts(body, "roles") ?? [], call.Stop))));
    }

    private async Task<ApiAnswer> LookAsync(AdminCall call)
    {
        var person = await people.GetAsync(call.Operator, call.Id, call.Stop);
        return new ApiAnswer(PersonJson.Of(person)) { Version = person.Version };
    }

    private async Task<ApiAnswer> ChangeAsync(AdminCall call)
    {
        var body = await call.ReadAsync("username", "email", "email_verified", "profile");
        await registry.ChangeAsync(call.Operator, call.Id, new PersonChange
        {
            UserName = ApiRequest.Find(body, "username"), Email = body.ContainsKey("email") ? ApiRequest.Find(body, "email") ?? "" : null, EmailVerified = AdminJson.Flag(body, "email_verified"),
            Claims = PersonJson.ClaimsOf(body),
        }, call.Expected, call.Stop);
        return await LookAfterAsync(call);
    }

    // Who may change people and may not see them gets no view by the way.
    private Task<ApiAnswer> LookAfterAsync(AdminCall call) => call.Operator.Holds(ManagementPermissions.ViewUsers) ? LookAsync(call) : Task.FromResult(ApiAnswer.Done);

    private static JsonObject WithProfile(JsonObject schema, string type)
    {
        schema["properties"]!["profile"] = PersonJson.ProfileSchema(type);
        return schema;
    }

    private static JsonObject SessionOf(PersonSession session) => AdminJson.Object(("id", session.Id), ("user_agent", session.UserAgent), ("address", session.Address), ("acr", session.Acr),
        ("created", session.Created), ("last_seen", session.LastSeen), ("expires", session.Expires));

    private static JsonObject GrantOf(PersonGrantSummary grant) => AdminJson.Object(("id", grant.Id), ("client_id", grant.ClientId), ("scope", grant.Scope), ("offline", grant.IsOffline),
        ("created", grant.Created), ("last_used", grant.LastUsed), ("expires", grant.Expires));

    private static JsonObject EventOf(PersonEvent entry) => AdminJson.Object(("sequence", entry.Sequence), ("at", entry.At), ("event", entry.Name), ("actor", entry.Actor), ("client_id", entry.ClientId),
        ("session_id", entry.SessionId), ("address", entry.Address), ("detail", entry.Detail));
}
