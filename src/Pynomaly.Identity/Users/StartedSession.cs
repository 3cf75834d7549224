using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>A session that was just written, and the value that its cookie gets.</summary>
internal sealed record StartedSession(Session Session, string Key)
{
    /// <inheritdoc />
    public override string ToString() => Session.Id; // the value does not belong in a log
}
