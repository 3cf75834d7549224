namespace Pynomaly.Identity.Mail;

/// <summary>What a mail says, before it has a form: a subject, paragraphs, facts, one act. Its words are ours; what others chose went through <see cref="ForeignText"/>.</summary>
internal sealed record Letter
{
    public required string To { get; init; }

    public required string Subject { get; init; }

    /// <summary>What stands before the facts and the act.</summary>
    public required IReadOnlyList<string> Paragraphs { get; init; }

    /// <summary>When, where, what.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>The one thing to do.</summary>
    public (string Label, string Url)? Act { get; init; }

    /// <summary>What stands after it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What to do when it was not the reader.</summary>
    public (string Label, string Url)? Objection { get; init; }

    /// <inheritdoc />
    public override string ToString() => nameof(Letter);
}
