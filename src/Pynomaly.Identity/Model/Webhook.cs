namespace Pynomaly.Identity.Model;

/// <summary>A receiver of audit entries. The trail itself is the outbox: the receiver's cursor says how far it has been told.</summary>
public sealed class Webhook
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; set; }

    /// <summary>Where entries are posted to: https.</summary>
    public required string Url { get; set; }

    /// <summary>The key of the signatures, encrypted under the master key.</summary>
    public required string Secret { get; set; }

    /// <summary>Names of events; empty: all.</summary>
    public List<string> Events { get; set; } = [];

    /// <summary>False: nothing is sent.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The last sequence number that it was told, or that does not concern it.</summary>
    public long Cursor { get; set; }

    /// <summary>Failed tries in a row: lengthen the wait.</summary>
    public int FailedCount { get; set; }

    /// <summary>When the next try is due; a node that sends sets it ahead, so that no other does.</summary>
    public DateTimeOffset NextAttempt { get; set; }

    /// <summary>When a delivery last succeeded.</summary>
    public DateTimeOffset? LastSuccess { get; set; }

    /// <summary>What went wrong last, without anything secret.</summary>
    public string? LastError { get; set; }
}
