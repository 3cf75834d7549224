using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>A session that was just written, and the value that its cookie gets.</summary>
internal sealed record StartedSession(Session Session, string Key)
{
    /// <summary>The session whose place it takes; null: none.</summary>
    public string? Replaced { get; init; }

    /// <inheritdoc />
    public override string ToString() => Session.Id; // the value does not belong in a log
}
