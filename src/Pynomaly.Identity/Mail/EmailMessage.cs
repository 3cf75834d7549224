namespace Pynomaly.Identity.Mail;

/// <summary>An e-mail as it is sent: one recipient, the text in both forms.</summary>
public sealed record EmailMessage
{
    /// <summary>The recipient's address.</summary>
    public required string To { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    /// <summary>The content as plain text.</summary>
    public required string Text { get; init; }

    /// <summary>The same as HTML.</summary>
    public required string Html { get; init; }

    /// <inheritdoc />
    public override string ToString() => nameof(EmailMessage); // it holds links that open accounts
}
