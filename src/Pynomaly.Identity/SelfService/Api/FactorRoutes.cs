using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on authenticator apps and backup codes, and on what is lost: a recovery that waits.</summary>
internal sealed class FactorRoutes(Authenticators authenticators, Passkeys passkeys, BackupCodes codes, FactorChanges changes, FactorRecovery recovery, SecondFactorPolicy policy)
{
    /// <summary>A new name.</summary>
    public static readonly JsonObject NameSchema = ApiSchema.Object("name:string");

    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "/factors", "listFactors", "Passkeys, authenticator apps, how many backup codes are left, and from when on a recovery that somebody asked for takes all of them away.", ListAsync)
        {
            Gives = ApiSchema.Object("required:boolean recovery?:date-time",
                ("passkeys", ApiSchema.Array(PasskeyRoutes.Schema)),
                ("authenticators", ApiSchema.Array(ApiSchema.Object("id:string name:string created:date-time last_used?:date-time"))),
                ("backup_codes", ApiSchema.Object("left:integer of:integer"))),
        },
        new("POST", "/authenticators", "beginAuthenticator", "Begins to add an authenticator app: answers its key, which becomes active with its first code.", BeginAsync)
        {
            IsSensitive = true, Status = StatusCodes.Status201Created, Gives = ApiSchema.Object("handle:string key:string uri:uri"),
        },
        new("POST", "/authenticators/proof", "proveAuthenticator", "Adds the app by its first code.", ProveAsync) { IsSensitive = true, Takes = ApiSchema.Object("handle:string code:string name?:string") },
        new("PATCH", "/authenticators/{id}", "renameAuthenticator", "Gives an app another name.", async call => Found(await authenticators.RenameAsync(call.Account.Id, call.Id, ApiCall.Require(await call.ReadAsync("name"), "name"), call.Stop))) { Takes = NameSchema },
        new("DELETE", "/authenticators/{id}", "removeAuthenticator", "Removes an app; ends other sessions and all grants.", async call => Answer(await changes.RemoveAuthenticatorAsync(call.Context, call.Session, call.Id, call.Stop))) { IsSensitive = true, MayConflict = true },
        new("POST", "/backup-codes", "makeBackupCodes", "Makes a new set of backup codes, which ends the old one. They are answered this once.", MakeAsync)
        {
            IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Gives = ApiSchema.Object("codes:string[]"),
        },
        new("DELETE", "/factors/recovery", "stopRecovery", "Stops the recovery that would take all second factors away.", async call => await recovery.StopAsync(call.Context, call.Session, call.Stop) ? ApiAnswer.Done : throw ApiProblem.Conflict("No recovery waits"))
        {
            MayConflict = true,
        },
    ];

    private async Task<ApiAnswer> ListAsync(ApiCall call)
    {
        var (left, of) = await codes.CountAsync(call.Account.Id, call.Stop);
        var body = new JsonObject
        {
            ["required"] = await policy.IsRequiredAsync(call.Account),
            ["passkeys"] = new JsonArray([.. (await passkeys.ListAsync(call.Account.Id, call.Stop)).Select(PasskeyRoutes.BodyOf)]),
            ["authenticators"] = new JsonArray([.. (await authenticators.ListAsync(call.Account.Id, call.Stop)).Select(one => BodyOf(one.Id, one.Name, one.Created, one.LastUsed))]),
            ["backup_codes"] = new JsonObject { ["left"] = left, ["of"] = of },
        };
        if (await recovery.PendingAsync(call.Account.Id, call.Stop) is { } opens) body["recovery"] = opens.UtcDateTime;
        return new ApiAnswer(body);
    }

    private async Task<ApiAnswer> BeginAsync(ApiCall call)
    {
        var begun = await changes.BeginAuthenticatorAsync(call.Context, call.Session, call.Stop) ?? throw TooOld();
        return new ApiAnswer(new JsonObject { ["handle"] = begun.Handle, ["key"] = begun.Key, ["uri"] = begun.Uri });
    }

    private async Task<ApiAnswer> ProveAsync(ApiCall call)
    {
        var body = await call.ReadAsync("handle", "code", "name");
        var result = await changes.AddAuthenticatorAsync(call.Context, call.Session, ApiCall.Require(body, "handle"), ApiCall.Require(body, "code"), ApiCall.Find(body, "name") ?? "", call.Stop);
        return result == FactorChange.Unknown ? throw ApiProblem.Invalid(("code", "wrong", "The code does not match, or the enrolment has ended")) : Answer(result);
    }

    private async Task<ApiAnswer> MakeAsync(ApiCall call)
    {
        var made = await changes.MakeBackupCodesAsync(call.Context, call.Session, call.Stop) ?? throw TooOld();
        return made.Count > 0 ? new ApiAnswer(new JsonObject { ["codes"] = new JsonArray([.. made.Select(code => (JsonNode)code)]) }) : throw ApiProblem.Conflict("Backup codes stand in for a passkey or an authenticator app; add one first");
    }

    /// <summary>The answer to a change, or its refusal.</summary>
    public static ApiAnswer Answer(FactorChange change) => change switch
    {
        FactorChange.Done => ApiAnswer.Done,
        FactorChange.NotConfirmed => throw TooOld(),
        FactorChange.LastOne => throw ApiProblem.Conflict("This account must have a second factor, and this is the last one; add another first"),
        _ => throw ApiProblem.NotFound(),
    };

    /// <summary>Done, or there is no such thing.</summary>
    public static ApiAnswer Found(bool found) => found ? ApiAnswer.Done : throw ApiProblem.NotFound();

    /// <summary>The door has asked already; it was too old by now.</summary>
    public static ProtocolException TooOld() => ProtocolException.InsufficientUserAuthentication(0, null);

    /// <summary>A factor as it is listed.</summary>
    public static JsonObject BodyOf(string id, string name, DateTimeOffset created, DateTimeOffset? used, params IReadOnlyList<(string Name, bool Value)> more)
    {
        var body = new JsonObject { ["id"] = id, ["name"] = name, ["created"] = created.UtcDateTime };
        if (used is { } at) body["last_used"] = at.UtcDateTime;
        foreach (var (flag, value) in more) body[flag] = value;
        return body;
    }
}
