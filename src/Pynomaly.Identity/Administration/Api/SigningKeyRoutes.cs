using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The signing keys.</summary>
internal sealed class SigningKeyRoutes(SigningKeyAdministration keys) : AdminRoutes
{
    private static readonly JsonObject Key = ApiSchema.Object("kid:string alg:string state:string published:date-time activates:date-time retires?:date-time removed?:date-time revoked?:date-time next_rotation?:date-time");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/signing-keys", "listSigningKeys", "The signing keys with their times.", call => Task.FromResult(ApiAnswer.List("items", keys.List(call.Operator).Select(Of)))) { Permission = ManagementPermissions.ViewKeys, Gives = ApiSchema.List("items", Key) },
        new("POST", "/signing-keys", "rotateSigningKeys", "Makes successors, of one algorithm or of all. They sign after Identity:Lifetimes:SigningKeyLead, or with now at once.", async call =>
        {
            var body = await call.ReadAsync("alg", "now");
            return ApiAnswer.List("items", (await keys.RotateAsync(call.Operator, ApiRequest.Find(body, "alg"), AdminJson.Flag(body, "now") ?? false, call.Stop)).Select(Of));
        })
        {
            Permission = ManagementPermissions.ManageKeys, IsSensitive = true, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("alg?:string now?:boolean"), Gives = ApiSchema.List("items", Key),
        },
        new("DELETE", "/signing-keys/{id}", "revokeSigningKey", "Ends a key in an emergency, and all tokens signed with it; a new one takes over at once.", async call =>
        {
            await keys.RevokeAsync(call.Operator, call.Id, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageKeys, IsSensitive = true,
        },
    ];

    private static JsonObject Of(SigningKeyDetails key) => AdminJson.Object(("kid", key.Kid), ("alg", key.Algorithm), ("state", key.State), ("published", key.Published), ("activates", key.Activates),
        ("retires", key.Retires), ("removed", key.Removed), ("revoked", key.Revoked), ("next_rotation", key.NextRotation));
}
