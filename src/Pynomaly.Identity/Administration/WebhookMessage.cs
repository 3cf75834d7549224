using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>What a receiver is sent: an entry of the audit trail, under an id that stays the same however often it is sent.</summary>
internal sealed record WebhookMessage(string Id, byte[] Body)
{
    /// <summary>The message of an entry.</summary>
    public static WebhookMessage Of(string webhookId, AuditEvent entry)
    {
        var data = AuditFormat.ToJson(entry);
        data["outcome"] = AuditOutcome.Of(entry.Name);
        return Create(string.Create(CultureInfo.InvariantCulture, $"msg_{webhookId}_{entry.Sequence}"), entry.Name, entry.At, data);
    }

    /// <summary>A message to try the way with.</summary>
    public static WebhookMessage Test(string webhookId, DateTimeOffset now) =>
        Create(string.Create(CultureInfo.InvariantCulture, $"msg_{webhookId}_test_{now.ToUnixTimeMilliseconds()}"), "Test", now, new JsonObject { ["webhook"] = webhookId });

    /// <summary>The headers of a try at that time.</summary>
    public IReadOnlyCollection<(string Name, string Value)> Headers(WebhookSecret secret, DateTimeOffset now) =>
    [
        ("webhook-id", Id), ("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), ("webhook-signature", secret.Sign(Id, now, Body)),
    ];

    private static WebhookMessage Create(string id, string type, DateTimeOffset at, JsonObject data) =>
        new(id, Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["timestamp"] = at.UtcDateTime, ["data"] = data }.ToJsonString()));
}
