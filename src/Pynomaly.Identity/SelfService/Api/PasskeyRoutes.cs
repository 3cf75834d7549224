using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on passkeys. Where one is made is between the authenticator and this server: the page must be of an origin that the settings name (Web Authentication Level 3 §5.11).</summary>
internal sealed class PasskeyRoutes(Passkeys passkeys, FactorChanges changes)
{
    /// <summary>A passkey as it is listed.</summary>
    public static readonly JsonObject Schema = ApiSchema.Object("id:string name:string synchronised:boolean created:date-time last_used?:date-time");

    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("POST", "/passkeys/options", "beginPasskey", "Begins to add a passkey: answers the options for navigator.credentials.create, and the handle that ends it. Good for five minutes and one try.", BeginAsync)
        {
            IsSensitive = true, Status = StatusCodes.Status201Created, Gives = ApiSchema.Object("handle:string", ("options", new JsonObject { ["type"] = "object" })),
        },
        new("POST", "/passkeys", "addPasskey", "Adds the passkey that the authenticator made: its RegistrationResponseJSON.", AddAsync)
        {
            IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("handle:string name?:string", ("credential", new JsonObject { ["type"] = "object" })), Gives = Schema,
        },
        new("PATCH", "/passkeys/{id}", "renamePasskey", "Gives a passkey another name.", async call => FactorRoutes.Found(await passkeys.RenameAsync(call.Account.Id, call.Id, ApiCall.Require(await call.ReadAsync("name"), "name"), call.Stop))) { Takes = FactorRoutes.NameSchema },
        new("DELETE", "/passkeys/{id}", "removePasskey", "Removes a passkey; ends other sessions and all grants.", async call => FactorRoutes.Answer(await changes.RemovePasskeyAsync(call.Context, call.Session, call.Id, call.Stop))) { IsSensitive = true, MayConflict = true },
    ];

    /// <summary>A passkey as it is listed.</summary>
    public static JsonObject BodyOf(Passkey one) => FactorRoutes.BodyOf(one.Id, one.Name, one.Created, one.LastUsed, ("synchronised", one.IsBackedUp));

    private async Task<ApiAnswer> BeginAsync(ApiCall call)
    {
        var begun = await passkeys.BeginCreationAsync(call.Context, call.Account.Id, call.Stop);
        return new ApiAnswer(new JsonObject { ["handle"] = begun.Handle, ["options"] = JsonNode.Parse(begun.Options) });
    }

    private async Task<ApiAnswer> AddAsync(ApiCall call)
    {
        var body = await call.ReadAsync("handle", "credential", "name");
        var (handle, name) = (ApiCall.Require(body, "handle"), ApiCall.Find(body, "name"));
        if (body["credential"] is not JsonObject credential) throw ApiProblem.Invalid(("credential", "no_object", "The credential is an object, as the browser gives it"));
        return await changes.AddPasskeyAsync(call.Context, call.Session, handle, credential.ToJsonString(), name, call.Stop) switch
        {
            PasskeyResult.Added added => new ApiAnswer(BodyOf(added.Passkey)),
            PasskeyResult.Refused { Reason: "full" } => throw ApiProblem.Conflict("There are as many passkeys as there may be; remove one first"),
            PasskeyResult.Refused { Reason: "expired" } => throw ApiProblem.Invalid(("handle", "expired", "The ceremony is unknown, over or used; begin again")),
            PasskeyResult.Refused refused => throw ApiProblem.Invalid(("credential", refused.Reason, Describe(refused.Reason))),
            _ => throw FactorRoutes.TooOld(),
        };
    }

    private static string Describe(string reason) => reason switch
    {
        "known" => "This passkey is registered already",
        "attestation" => "The authenticator did not prove its model",
        "model" => "Authenticators of this model are not admitted here",
        _ => "The credential does not hold",
    };
}
