using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Webhooks over the API.</summary>
internal sealed class WebhookRoutes(Webhooks webhooks) : AdminRoutes
{
    private static readonly JsonObject Hook = ApiSchema.Object("id:string name:string url:uri events:string[] enabled:boolean created:date-time cursor:integer failed_count:integer last_success?:date-time last_error?:string secret?:string");
    private static readonly JsonObject Input = ApiSchema.Object("name:string url:uri events?:string[] enabled?:boolean");
    private static readonly JsonObject Change = ApiSchema.Object("name?:string url?:uri events?:string[] enabled?:boolean");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/webhooks", "listWebhooks", "All webhooks, by name.", async call => PageAnswer.Of(new Page<Webhook>(await webhooks.ListAsync(call.Operator, call.Stop), null), ToJson))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = PageAnswer.Schema(Hook),
        },
        new("POST", "/webhooks", "createWebhook", "A new webhook. Its secret is in this answer and in no other. Who makes one must hold view:audit too.", CreateAsync)
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Takes = Input, Gives = Hook, Status = 201, MayConflict = true,
        },
        new("GET", "/webhooks/{id}", "getWebhook", "One webhook.", async call => Answer(await webhooks.FindAsync(call.Operator, call.Id, call.Stop)))
        {
            Permission = ManagementPermissions.ViewAudit, Gives = Hook,
        },
        new("PATCH", "/webhooks/{id}", "changeWebhook", "Changes what is given, enables or disables. One that was disabled goes on where it stopped.", async call =>
            Answer(await webhooks.ChangeAsync(call.Operator, call.Id, await InputAsync(call), call.Expected, call.Stop)))
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Takes = Change, Gives = Hook,
        },
        new("DELETE", "/webhooks/{id}", "removeWebhook", "Removes a webhook.", async call =>
        {
            await webhooks.RemoveAsync(call.Operator, call.Id, call.Expected, call.Stop);
            return ApiAnswer.Done;
        })
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true,
        },
        new("POST", "/webhooks/{id}/secret", "rotateWebhookSecret", "A new secret; the one before signs beside it for a day.", async call =>
            new ApiAnswer(new JsonObject { ["secret"] = await webhooks.RotateSecretAsync(call.Operator, call.Id, call.Expected, call.Stop) }))
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Gives = ApiSchema.Object("secret:string"),
        },
        new("POST", "/webhooks/{id}/test", "testWebhook", "Sends a message of type Test, at once and once.", async call =>
        {
            var test = await webhooks.TestAsync(call.Operator, call.Id, call.Stop);
            var body = new JsonObject { ["delivered"] = test.IsDelivered };
            if (test.Reason is not null) body["reason"] = test.Reason;
            return new ApiAnswer(body);
        })
        {
            Permission = ManagementPermissions.ManageSystem, Also = [ManagementPermissions.ViewAudit], IsSensitive = true, Gives = ApiSchema.Object("delivered:boolean reason?:string"),
        },
    ];

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var (hook, secret) = await webhooks.CreateAsync(call.Operator, await InputAsync(call), call.Stop);
        var body = ToJson(hook);
        body["secret"] = secret;
        return new ApiAnswer(body) { Version = Webhooks.VersionOf(hook) };
    }

    private static async Task<WebhookInput> InputAsync(AdminCall call)
    {
        var body = await call.ReadAsync("name", "url", "events", "enabled");
        return new WebhookInput { Name = ApiRequest.Find(body, "name"), Url = ApiRequest.Find(body, "url"), Events = EventsOf(body), IsEnabled = EnabledOf(body) };
    }

    internal static List<string>? EventsOf(JsonObject body)
    {
        if (body["events"] is not { } value) return null;
        return value is JsonArray array && array.All(one => one?.GetValueKind() == JsonValueKind.String) ? [.. array.Select(one => one!.GetValue<string>())]
            : throw ApiProblem.Invalid(("events", "no_list", "The value has to be a list of texts"));
    }

    internal static bool? EnabledOf(JsonObject body) => body["enabled"]?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw ApiProblem.Invalid(("enabled", "no_boolean", "The value has to be true or false")),
    };

    private static ApiAnswer Answer(Webhook hook) => new(ToJson(hook)) { Version = Webhooks.VersionOf(hook) };

    private static JsonObject ToJson(Webhook hook)
    {
        var result = new JsonObject
        {
            ["id"] = hook.Id, ["name"] = hook.Name, ["url"] = hook.Url, ["events"] = new JsonArray([.. hook.Events.Select(one => (JsonNode)one)]), ["enabled"] = hook.IsEnabled,
            ["created"] = hook.Created.UtcDateTime, ["cursor"] = hook.Cursor, ["failed_count"] = hook.FailedCount,
        };
        if (hook.LastSuccess is { } success) result["last_success"] = success.UtcDateTime;
        if (hook.LastError is { } error) result["last_error"] = error;
        return result;
    }
}
