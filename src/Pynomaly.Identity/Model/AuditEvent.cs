namespace Pynomaly.Identity.Model;

/// <summary>One thing that happened: who did what to whom, from where. Written in the same transaction as the change. No secrets.</summary>
public sealed class AuditEvent
{
    /// <summary>Position in the trail.</summary>
    public long Sequence { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The event's number, the same as in the log.</summary>
    public int EventId { get; init; }

    /// <summary>The event's name, the same as in the log.</summary>
    public required string Name { get; init; }

    /// <summary>Who did it: a user id, a client id, "cli" or "server".</summary>
    public string? Actor { get; init; }

    /// <summary>To whom: a user id.</summary>
    public string? UserId { get; init; }

    /// <summary>With which client.</summary>
    public string? ClientId { get; init; }

    /// <summary>In which session.</summary>
    public string? SessionId { get; init; }

    /// <summary>From which address.</summary>
    public string? Address { get; init; }

    /// <summary>The request's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What else is worth knowing, as JSON; how many times, for events that are counted.</summary>
    public string? Detail { get; init; }

    /// <summary>Random bits under <see cref="Digest"/>, of the address and of the detail with a dot between; null when there is nothing personal in the entry, or when that was erased.</summary>
    public string? Salt { get; init; }

    /// <summary>SHA-256 of salt and address, and of salt and detail, in base64url with a dot between. The chain joins this in their stead, so that erasing them (GDPR Article 17) breaks no link.</summary>
    public string? Digest { get; init; }
}
