namespace Pynomaly.Identity.Model;

/// <summary>Something that receivers of events are to be told, written in the transaction of the change. It goes when it is a week old.</summary>
public sealed class SecurityEvent
{
    /// <summary>Position; grows in the order of commits.</summary>
    public long Sequence { get; init; }

    /// <summary>The id, the same however often it is sent.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The type: session-revoked, token-claims-change or credential-change.</summary>
    public required string Type { get; init; }

    /// <summary>The subject that it is about: a person; null: not of one person.</summary>
    public string? Subject { get; init; }

    /// <summary>The session that it is about; null: all of them.</summary>
    public string? Session { get; init; }

    /// <summary>The client whose access it is about; null: every client's.</summary>
    public string? Client { get; init; }

    /// <summary>The role whose holders it is about.</summary>
    public string? Role { get; init; }

    /// <summary>The members of the event, as JSON.</summary>
    public required string Data { get; init; }
}
