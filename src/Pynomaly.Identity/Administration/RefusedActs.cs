using System.Text.Json.Nodes;
using Pynomaly.Identity.Auditing;

namespace Pynomaly.Identity.Administration;

/// <summary>Enters what operators tried and may not: who reaches for more than they hold is to be seen.</summary>
internal sealed class RefusedActs(AuditTrail audit)
{
    /// <summary>Enters it, in a transaction of its own.</summary>
    public Task EnterAsync(Operator who, string act, string reason, CancellationToken cancellationToken) =>
        audit.WriteAsync(who.Entry(Log.ActRefused) with { Detail = new JsonObject { ["act"] = act, ["reason"] = reason }.ToJsonString() }, cancellationToken);
}
