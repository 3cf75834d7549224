namespace Pynomaly.Identity.Model;

/// <summary>An e-mail that waits to be sent; the row goes when it was.</summary>
public sealed class OutgoingMail
{
    /// <summary>The id; also the local part of the Message-ID.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about, for the log.</summary>
    public required string Kind { get; init; }

    /// <summary>Recipient, subject and texts, encrypted (Data Protection): links in it open accounts.</summary>
    public required string Content { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it is worth nothing any more.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>When it is tried next; a node that takes it moves this on, so that no other takes it too.</summary>
    public DateTimeOffset NextAttempt { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }
}
