namespace Pynomaly.Identity.Model;

/// <summary>Somebody who is told of security events by push (RFC 8935): an API or another system that ends its own sessions when ours end.</summary>
public sealed class EventReceiver
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; set; }

    /// <summary>Where events are posted to: https.</summary>
    public required string Url { get; set; }

    /// <summary>Whom its events are for: the "aud" of each.</summary>
    public required string Audience { get; set; }

    /// <summary>The Authorization header that it wants, encrypted under the master key; null: none.</summary>
    public string? Credential { get; set; }

    /// <summary>Types of events (session-revoked, ...); empty: all.</summary>
    public List<string> Events { get; set; } = [];

    /// <summary>False: nothing is sent.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The last event that it took, or that does not concern it.</summary>
    public long Cursor { get; set; }

    /// <summary>Failed tries in a row: lengthen the wait.</summary>
    public int FailedCount { get; set; }

    /// <summary>When the next try is due; a node that sends sets it ahead, so that no other does.</summary>
    public DateTimeOffset NextAttempt { get; set; }

    /// <summary>When a delivery last succeeded.</summary>
    public DateTimeOffset? LastSuccess { get; set; }

    /// <summary>What went wrong last, without anything secret.</summary>
    public string? LastError { get; set; }

    /// <summary>The version of what is stored, where only a part of it is shown. Not stored.</summary>
    internal string? Version { get; set; }
}
