using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The audit trail over the API: read, exported, verified; there is no route that changes an entry (security case AD-11).</summary>
internal sealed class AuditRoutes(AuditLog log, AuditVerifications verifications, Statistics statistics) : AdminRoutes
{
    private static readonly (string Name, string Summary)[] Filters =
    [
        ("from", "Not before this time"), ("to", "Not after this time"), ("event", "Name of the event"), ("outcome", "done or refused"), ("actor", "Who did it: user id or name, client_id, cli, server"),
        ("user", "To whom: user id or name"), ("client", "With which client"), ("session", "In which session"), ("address", "From which address"), ("correlation_id", "In which request"),
    ];

    private static readonly JsonObject Entry = ApiSchema.Object(
        "sequence:integer at:date-time event_id:integer event:string outcome:string actor?:string actor_name?:string user?:string user_name?:string client?:string session?:string address?:string correlation_id?:string detail?:object|string salt?:string digest?:string");

    private static readonly JsonObject Seal = ApiSchema.Object("number:integer first_sequence:integer last_sequence:integer count:integer hash:string at:date-time key_id:string signature:string removed?:date-time");

    private static readonly JsonObject Accepted = ApiSchema.Object("through_seal:integer through_sequence:integer problems:integer cut:boolean findings:string[] by:string at:date-time reason:string");

    private static readonly JsonObject Verification = ApiSchema.Object("id:string state:string by:string started:date-time updated:date-time entries:integer total:integer may_accept:boolean result?:object");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/audit", "listAuditEntries", "Entries of the audit trail, newest first.", SearchAsync)
        {
            Permission = ManagementPermissions.ViewAudit, Gives = PageAnswer.Schema(Entry), Query = [.. PageAnswer.Query, .. Filters],
        },
        new("GET", "/audit/{id}", "getAuditEntry", "One entry, by its sequence number.", async call => new ApiAnswer(AuditFormat.ToJson(await log.FindAsync(call.Operator, NumberOf(call), call.Stop), withProof: true)))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = Entry,
        },
        new("GET", "/audit/export", "exportAuditEntries", "All entries that fit, newest first, as JSON Lines or CSV. That they were exported is entered.", ExportAsync)
        {
            Permission = ManagementPermissions.ViewAudit, Gives = new JsonObject { ["type"] = "string" }, GivesTypes = [AuditFormat.JsonLines.MediaType, "text/csv"], Query = [.. Filters, ("format", "jsonl or csv")], MayConflict = true,
        },
        new("GET", "/audit/seals", "listAuditSeals", "The seals of the trail, newest first.", async call =>
            PageAnswer.Of(await log.SealsAsync(call.Operator, call.After, call.Limit, call.Stop), ToJson))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = PageAnswer.Schema(Seal), Query = PageAnswer.Query,
        },
        new("GET", "/audit/key", "getAuditKey", "The public key of the seals, as a JWK.", async call => new ApiAnswer(JsonNode.Parse(await log.PublicKeyAsync(call.Operator, call.Stop))))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = ApiSchema.Object("kty:string crv:string x:string y:string kid:string use?:string alg?:string"),
        },
        new("POST", "/audit/verifications", "startAuditVerification", "Begins to verify the whole trail beside the requests, unless that is under way. How far it is, and what came of it, is asked for by getAuditVerification.", async call =>
            new ApiAnswer(ToJson(await verifications.StartAsync(call.Operator, call.Stop))))
        {
            Permission = ManagementPermissions.ViewAudit, Status = StatusCodes.Status202Accepted, Gives = Verification, MayConflict = true,
        },
        new("GET", "/audit/verification", "getAuditVerification", "The last verification: running, done or failed, with its result.", async call =>
            new ApiAnswer(ToJson(await verifications.FindAsync(call.Operator, call.Stop) ?? throw AdministrationException.NotFound("verification"))))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = Verification,
        },
        new("POST", "/audit/acceptances", "acceptAuditBreak", "Accepts what the last verification found, just as it stood then: old entries are removed again, and the trail is proven anew behind it. Every verification goes on telling of it.", AcceptAsync)
        {
            Permission = ManagementPermissions.ManageSystem, IsSensitive = true, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("verification:string reason:string"), Gives = Accepted, MayConflict = true,
        },
        new("GET", "/statistics", "getStatistics", "How often what happened, by hours or days.", StatisticsAsync)
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ApiSchema.Object("begin:date-time step_seconds:integer lines:object events:object"), Query = [("by", "hour (default) or day"), ("count", "How many of them; default 24 hours or 30 days")],
        },
    ];

    private static AuditQuery QueryOf(AdminCall call) => new()
    {
        From = AuditQuery.ReadTime("from", call.Query("from")), To = AuditQuery.ReadTime("to", call.Query("to")), Event = call.Query("event"), Outcome = call.Query("outcome"), Actor = call.Query("actor"),
        User = call.Query("user"), Client = call.Query("client"), Session = call.Query("session"), Address = call.Query("address"), CorrelationId = call.Query("correlation_id"),
    };

    private async Task<ApiAnswer> AcceptAsync(AdminCall call)
    {
        var body = await call.ReadAsync("verification", "reason");
        return new ApiAnswer(AuditVerificationRun.ToJson(await verifications.AcceptAsync(call.Operator, ApiRequest.Require(body, "verification"), ApiRequest.Require(body, "reason"), call.Stop)));
    }

    private async Task<ApiAnswer> SearchAsync(AdminCall call) =>
        PageAnswer.Of(await log.SearchAsync(call.Operator, QueryOf(call), call.After, call.Limit, call.Stop), item => AuditFormat.ToJson(item));

    private async Task<ApiAnswer> ExportAsync(AdminCall call)
    {
        var format = AuditFormat.Of(call.Query("format"));
        var write = await log.ExportAsync(call.Operator, QueryOf(call), format, call.Stop);
        return ApiAnswer.Done with
        {
            Stream = async response =>
            {
                response.ContentType = format.MediaType;
                response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format.Name}\"";
                await write(response.Body, call.Stop);
            },
        };
    }

    private async Task<ApiAnswer> StatisticsAsync(AdminCall call)
    {
        var byDay = call.Query("by") switch
        {
            null or "hour" => false,
            "day" => true,
            _ => throw ApiProblem.Invalid(("by", "unknown", "Write hour or day")),
        };
        var count = call.Query("count") is { } text ? int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0 : byDay ? 30 : 24;
        var series = await statistics.SeriesAsync(call.Operator, byDay, count, call.Stop);
        return new ApiAnswer(new JsonObject
        {
            ["begin"] = series.Begin.UtcDateTime, ["step_seconds"] = (long)series.Step.TotalSeconds,
            ["lines"] = new JsonObject(series.Lines.Select(line => KeyValuePair.Create(line.Key, (JsonNode?)new JsonArray([.. line.Value.Select(value => (JsonNode)value)])))),
            ["events"] = new JsonObject(series.Events.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        });
    }

    private static long NumberOf(AdminCall call) =>
        long.TryParse(call.Id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : throw AdministrationException.NotFound("entry");

    private static JsonObject ToJson(AuditVerificationRun run)
    {
        var json = new JsonObject
        {
            ["id"] = run.Id, ["state"] = run.State, ["by"] = run.By, ["started"] = run.Started.UtcDateTime, ["updated"] = run.Updated.UtcDateTime, ["entries"] = run.Entries, ["total"] = run.Total, ["may_accept"] = run.Break is not null,
        };
        if (run.Result is not null) json["result"] = run.Result.DeepClone();
        return json;
    }

    private static JsonObject ToJson(AuditSeal seal)
    {
        var result = new JsonObject
        {
            ["number"] = seal.Number, ["first_sequence"] = seal.FirstSequence, ["last_sequence"] = seal.LastSequence, ["count"] = seal.Count, ["hash"] = seal.Hash,
            ["at"] = seal.At.UtcDateTime, ["key_id"] = seal.KeyId, ["signature"] = seal.Signature,
        };
        if (seal.Removed is { } removed) result["removed"] = removed.UtcDateTime;
        return result;
    }
}
