using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on the account as a whole: overview, profile, activity, export, deletion, panic.</summary>
internal sealed class AccountRoutes(Accounts accounts, SecurityOverview overview, Profile profile, Activity activity, DataExport export, Deletion deletion, SecureAccount secure)
{
    private static readonly JsonObject SecuritySchema =
        ApiSchema.Object("has_password:boolean password_changed?:date-time passkeys:integer authenticators:integer backup_codes_left:integer sessions:integer trusted_devices:integer new_devices:integer advice:string[]");

    private static readonly JsonObject EntrySchema = ApiSchema.Object("event:string at:date-time by_person:boolean application?:string address?:string session_id?:string");

    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "", "getAccount", "Who this is, and how well the account is guarded.", LookAsync)
        {
            Gives = ApiSchema.Object("id:string username:string email?:email email_verified:boolean roles:string[] delete_after?:date-time", ("security", SecuritySchema)),
        },
        new("GET", "/profile", "getProfile", "The claims that people set themselves, by their OpenID Connect names.", call => Task.FromResult(new ApiAnswer(ProfileOf(call.Account)))) { Gives = ProfileSchema("string") },
        new("PATCH", "/profile", "changeProfile", "Sets the claims that are named; null takes one away. All or nothing (RFC 7396).", ChangeAsync) { Takes = ProfileSchema("string|null"), Gives = ProfileSchema("string") },
        new("GET", "/activity", "listActivity", "What has happened to the account, newest first.", ListAsync)
        {
            Query = [("before", "Where to go on: next of the page before."), ("limit", "How many entries, 1 to 200; 50 if it is absent.")],
            Gives = ApiSchema.Object("next?:string", ("activity", ApiSchema.Array(EntrySchema))),
        },
        new("GET", "/export", "exportData", "Everything that is known about the person, without secrets.", async call => new ApiAnswer(JsonNode.Parse(await export.WriteAsync(call.Context, call.Session, call.Stop))))
        {
            IsSensitive = true, Gives = new JsonObject { ["type"] = "object" },
        },
        new("POST", "/deletion", "deleteAccount", "Asks for the deletion of the account; ends all sessions and tokens at once, this one too.", DeleteAsync)
        {
            IsSensitive = true, MayConflict = true, Status = StatusCodes.Status202Accepted, Gives = ApiSchema.Object("delete_after:date-time"),
        },
        new("DELETE", "/deletion", "keepAccount", "Keeps an account that was to be deleted.", async call => await deletion.StopAsync(call.Context, call.Session, call.Stop) ? ApiAnswer.Done : throw ApiProblem.Conflict("The account is not to be deleted"))
        {
            MayConflict = true,
        },
        new("POST", "/secure", "secureAccount", "Ends every session, token, link and trust of the account, this token too; takes the password away where a new one can be set by e-mail.", SecureAsync),
    ];

    private async Task<ApiAnswer> LookAsync(ApiCall call)
    {
        var state = await overview.LookAsync(call.Account, call.Session, call.Stop);
        var security = new JsonObject
        {
            ["has_password"] = state.HasPassword, ["passkeys"] = state.Factors.Passkeys, ["authenticators"] = state.Factors.Authenticators, ["backup_codes_left"] = state.Factors.BackupCodes,
            ["sessions"] = state.Sessions, ["trusted_devices"] = state.TrustedDevices, ["new_devices"] = state.NewDevices, ["advice"] = new JsonArray([.. state.Advice.Select(one => (JsonNode)one)]),
        };
        if (state.PasswordChanged is { } changed) security["password_changed"] = changed.UtcDateTime;
        var account = call.Account;
        var body = new JsonObject
        {
            ["id"] = account.Id, ["username"] = account.UserName, ["email_verified"] = account.EmailVerified, ["roles"] = new JsonArray([.. account.Roles.Select(role => (JsonNode)role)]), ["security"] = security,
        };
        if (account.Email is { } email) body["email"] = email;
        if (account.DeleteAfter is { } day) body["delete_after"] = day.UtcDateTime;
        return new ApiAnswer(body);
    }

    private async Task<ApiAnswer> ChangeAsync(ApiCall call)
    {
        Dictionary<string, string?> values = [];
        foreach (var (name, value) in await call.ReadAsync())
        {
            if (name != "address") Take(name, value);
            else if (value is JsonObject address) foreach (var (part, text) in address) Take($"address.{part}", text);
            else if (value is null) foreach (var part in ProfileClaim.All.Where(claim => claim.Name.StartsWith("address.", StringComparison.Ordinal))) values[part.Name] = null;
            else throw ApiProblem.Invalid(("address", "no_object", "The address is an object, or null"));
        }

        if (await profile.ChangeAsync(call.Context, call.Session, values, call.Stop) is ProfileResult.Refused refused)
            throw ApiProblem.Invalid([.. refused.Problems.Select(one => (one.Claim, one.Problem, ProfileRules.Describe(one.Problem)))]);
        return new ApiAnswer(ProfileOf((await accounts.FindAsync(call.Account.Id, call.Stop))!));

        void Take(string name, JsonNode? value) =>
            values[name] = value is null ? null : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiProblem.Invalid((name, ProfileRules.NoText, ProfileRules.Describe(ProfileRules.NoText)));
    }

    private async Task<ApiAnswer> ListAsync(ApiCall call)
    {
        var limit = Activity.PageSize;
        if (call.Context.Request.Query["limit"] is [var text] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > Activity.MaximumSize))
            throw ApiProblem.Invalid(("limit", "out_of_range", "Write a number from 1 to 200"));
        if (await activity.ListAsync(call.Account.Id, call.Context.Request.Query["before"], limit, call.Stop) is not { } page) throw ApiProblem.Invalid(("before", "unknown", "This is no cursor of this API"));
        var body = new JsonObject { ["activity"] = new JsonArray([.. page.Entries.Select(EntryOf)]) };
        if (page.Next is { } next) body["next"] = next;
        return new ApiAnswer(body);
    }

    private async Task<ApiAnswer> DeleteAsync(ApiCall call) => await deletion.AskAsync(call.Context, call.Session, call.Stop) switch
    {
        DeletionResult.Asked asked => new ApiAnswer(new JsonObject { ["delete_after"] = asked.DeleteAfter.UtcDateTime }),
        DeletionResult.LastAdministrator => throw ApiProblem.Conflict("This is the only administrator; make somebody else one first"),
        DeletionResult.NotConfirmed => throw Protocol.ProtocolException.InsufficientUserAuthentication(0, null),
        _ => ApiAnswer.Done,
    };

    private async Task<ApiAnswer> SecureAsync(ApiCall call)
    {
        await secure.RunAsync(call.Context, call.Session, call.Stop);
        return ApiAnswer.Done;
    }

    private static JsonObject EntryOf(ActivityEntry entry)
    {
        var body = new JsonObject { ["event"] = entry.Name, ["at"] = entry.At.UtcDateTime, ["by_person"] = entry.ByPerson };
        if (entry.Application is not null) body["application"] = entry.Application;
        if (entry.Address is not null) body["address"] = entry.Address;
        if (entry.SessionId is not null) body["session_id"] = entry.SessionId;
        return body;
    }

    private static JsonObject ProfileOf(Account account)
    {
        JsonObject body = [], address = [];
        foreach (var claim in ProfileClaim.All)
        {
            if (claim.Read(account) is not { } value) continue;
            if (claim.Name.StartsWith("address.", StringComparison.Ordinal)) address[claim.Name["address.".Length..]] = value;
            else body[claim.Name] = value;
        }

        if (address.Count > 0) body["address"] = address;
        return body;
    }

    private static JsonObject ProfileSchema(string type)
    {
        string Members(IEnumerable<string> names) => string.Join(' ', names.Select(name => $"{name}?:{type}"));
        var names = ProfileClaim.All.Select(claim => claim.Name).ToLookup(name => name.StartsWith("address.", StringComparison.Ordinal));
        var schema = ApiSchema.Object(Members(names[false]));
        schema["properties"]!["address"] = ApiSchema.Object(Members(names[true].Select(name => name["address.".Length..])));
        return schema;
    }
}
