using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Receivers of security events over the API.</summary>
internal sealed class EventReceiverRoutes(EventReceivers receivers) : AdminRoutes
{
    private static readonly JsonObject Receiver = ApiSchema.Object("id:string name:string url:uri audience:string has_credential:boolean events:string[] enabled:boolean created:date-time cursor:integer failed_count:integer last_success?:date-time last_error?:string");
    private static readonly JsonObject Input = ApiSchema.Object("name:string url:uri audience?:string credential?:string events?:string[] enabled?:boolean");
    private static readonly JsonObject Change = ApiSchema.Object("name?:string url?:uri audience?:string credential?:string events?:string[] enabled?:boolean");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/event-receivers", "listEventReceivers", "All receivers of security events, by name.", async call => PageAnswer.Of(new Page<EventReceiver>(await receivers.ListAsync(call.Operator, call.Stop), null), ToJson))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = PageAnswer.Schema(Receiver),
        },
        new("POST", "/event-receivers", "createEventReceiver", "A new receiver of security events (RFC 8935 push). Who makes one must hold view:audit too.", async call =>
            Answer(await receivers.CreateAsync(call.Operator, await InputAsync(call), call.Stop)))
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Takes = Input, Gives = Receiver, Status = 201, MayConflict = true,
        },
        new("GET", "/event-receivers/{id}", "getEventReceiver", "One receiver of security events.", async call => Answer(await receivers.FindAsync(call.Operator, call.Id, call.Stop)))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = Receiver,
        },
        new("PATCH", "/event-receivers/{id}", "changeEventReceiver", "Changes what is given, enables or disables. With another address the credential goes, unless it is given too.", async call =>
            Answer(await receivers.ChangeAsync(call.Operator, call.Id, await InputAsync(call), call.Expected, call.Stop)))
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Takes = Change, Gives = Receiver,
        },
        new("DELETE", "/event-receivers/{id}", "removeEventReceiver", "Removes a receiver of security events.", async call =>
        {
            await receivers.RemoveAsync(call.Operator, call.Id, call.Expected, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true,
        },
        new("POST", "/event-receivers/{id}/test", "testEventReceiver", "Sends a verification event, at once and once.", async call =>
        {
            var test = await receivers.TestAsync(call.Operator, call.Id, call.Stop);
            var body = new JsonObject { ["delivered"] = test.IsDelivered };
            if (test.Reason is not null) body["reason"] = test.Reason;
            return new ApiAnswer(body);
        })
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Gives = ApiSchema.Object("delivered:boolean reason?:string"),
        },
    ];

    private static async Task<EventReceiverInput> InputAsync(AdminCall call)
    {
        var body = await call.ReadAsync("name", "url", "audience", "credential", "events", "enabled");
        return new EventReceiverInput
        {
            Name = ApiRequest.Find(body, "name"), Url = ApiRequest.Find(body, "url"), Audience = ApiRequest.Find(body, "audience"), Credential = ApiRequest.Find(body, "credential"),
            Events = WebhookRoutes.EventsOf(body), IsEnabled = WebhookRoutes.EnabledOf(body),
        };
    }

    private static ApiAnswer Answer(EventReceiver receiver) => new(ToJson(receiver)) { Version = EventReceivers.VersionOf(receiver) };

    private static JsonObject ToJson(EventReceiver receiver)
    {
        var result = new JsonObject
        {
            ["id"] = receiver.Id, ["name"] = receiver.Name, ["url"] = receiver.Url, ["audience"] = receiver.Audience, ["has_credential"] = receiver.Credential is not null,
            ["events"] = new JsonArray([.. receiver.Events.Select(one => (JsonNode)one)]), ["enabled"] = receiver.IsEnabled, ["created"] = receiver.Created.UtcDateTime, ["cursor"] = receiver.Cursor,
            ["failed_count"] = receiver.FailedCount,
        };
        if (receiver.LastSuccess is { } success) result["last_success"] = success.UtcDateTime;
        if (receiver.LastError is { } error) result["last_error"] = error;
        return result;
    }
}
