using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>What ends with a session that another person's sign-in in the same browser takes the place of: its grants, which live a floor above.</summary>
public interface ISessionEnd
{
    /// <summary>Ends it as a logout does, in the transaction of the sign-in.</summary>
    ValueTask EndAsync(SqlSession session, string sessionId, string reason, CancellationToken cancellationToken);

    /// <summary>Makes this node obey once that is committed.</summary>
    void Ended(string sessionId, string reason);
}
