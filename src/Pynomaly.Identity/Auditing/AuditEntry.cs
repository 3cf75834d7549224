using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Auditing;

/// <summary>What is to be entered in the audit trail. The event's number and name are those of the log line. No secrets.</summary>
public sealed record AuditEntry(EventId Event)
{
    /// <summary>Who did it: a user id, a client id, "cli" or "server".</summary>
    public string? Actor { get; init; }

    /// <summary>To whom.</summary>
    public string? UserId { get; init; }

    /// <summary>With which client.</summary>
    public string? ClientId { get; init; }

    /// <summary>In which session.</summary>
    public string? SessionId { get; init; }

    /// <summary>From which address.</summary>
    public string? Address { get; init; }

    /// <summary>The request's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What else is worth knowing.</summary>
    public string? Detail { get; init; }

    /// <summary>Who began it in the words of CAEP 1.0 §2 (admin, user, policy, system), where the actor does not tell it. For receivers of events; not entered.</summary>
    internal string? Initiator { get; init; }

    /// <summary>The sessions and clients of which something ended, where that was not all of the person's. Likewise.</summary>
    internal IReadOnlyList<(string? Session, string? Client)>? Ended { get; init; }

    /// <summary>The beginning of an entry in somebody's name, for whoever enters what happened.</summary>
    public static AuditEntry By(string actor) => new(default(EventId)) { Actor = actor };

    /// <summary>The same entry with the address and correlation id of the request.</summary>
    public AuditEntry From(HttpContext context) => this with { Address = context.Connection.RemoteIpAddress?.ToString(), CorrelationId = context.TraceIdentifier };
}
