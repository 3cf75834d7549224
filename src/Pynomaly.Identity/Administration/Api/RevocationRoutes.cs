using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The revocation list.</summary>
internal sealed class RevocationRoutes(RevocationAdministration revocations) : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/revocations", "listRevocations", "The revocation list, the newest first.", async call => PageAnswer.Of(await revocations.ListAsync(call.Operator, call.Query("kind"), call.After, call.Limit, call.Stop), one =>
            AdminJson.Object(("sequence", one.Sequence), ("kind", one.Kind), ("subject", one.Subject), ("issued_before", one.IssuedBefore), ("expires", one.Expires), ("created", one.Created))))
        {
            Permission = ManagementPermissions.ViewSessions, Query = [("kind", "jti, client_id or kid."), .. PageAnswer.Query],
            Gives = PageAnswer.Schema(ApiSchema.Object("sequence:integer kind:string subject:string issued_before?:date-time expires:date-time created:date-time")),
        },
        new("GET", "/revocations/status", "getRevocationStatus", "How the list stands on the node that answers: newest entry, tokens, bytes in memory, followers that wait, and how long revocations took by each path.", call =>
        {
            var status = revocations.Look(call.Operator);
            return Task.FromResult(new ApiAnswer(AdminJson.Object(("cursor", status.Cursor), ("tokens", status.Tokens), ("bytes", status.Bytes), ("followers", status.Followers), ("delays", AdminJson.Array(status.Delays, Delay)))));
        })
        {
            Permission = ManagementPermissions.ViewSessions, Gives = ApiSchema.Object("cursor:integer tokens:integer bytes:integer followers:integer", ("delays", ApiSchema.Array(ApiSchema.Object("path:string count:integer p50_ms?:integer p99_ms?:integer")))),
        },
        new("POST", "/revocations", "revokeToken", "Ends a token: an access or refresh token as it is, or an access token by its jti.", async call =>
        {
            var ended = await revocations.RevokeAsync(call.Operator, ApiRequest.Require(await call.ReadAsync("token"), "token"), call.Stop);
            return new ApiAnswer(AdminJson.Object(("kind", ended.Kind), ("subject", ended.Subject), ("client_id", ended.ClientId), ("user_id", ended.UserId)));
        })
        {
            Permission = ManagementPermissions.ManageSessions, Takes = ApiSchema.Object("token:string"), Gives = ApiSchema.Object("kind:string subject:string client_id?:string user_id?:string"),
        },
        new("POST", "/clients/{id}/end-tokens", "endClientTokens", "Ends all grants and tokens of the client issued until now; it can get new ones at once.", async call =>
        {
            await revocations.CutOffClientAsync(call.Operator, call.Id, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageSessions,
        },
    ];

    private static JsonObject Delay(RevocationDelay delay) => AdminJson.Object(
        ("path", RevocationDelays.NameOf(delay.Path)), ("count", delay.Count), ("p50_ms", Milliseconds(delay.Median)), ("p99_ms", Milliseconds(delay.Slowest)));

    private static long? Milliseconds(TimeSpan? delay) => delay is { } time ? (long)Math.Ceiling(time.TotalMilliseconds) : null;
}
