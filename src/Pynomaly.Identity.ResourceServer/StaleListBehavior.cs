namespace Pynomaly.Identity.ResourceServer;

/// <summary>What becomes of requests while the revocation list is older than <see cref="PynomalyIdentityOptions.MaximumListAge"/>, and so nobody can say whether a token still stands.</summary>
public enum StaleListBehavior
{
    /// <summary>Fail closed: 503 with Retry-After. The token may be good, so it is not called invalid; it is just not judged.</summary>
    Refuse,

    /// <summary>Fail open: a token that was revoked in the meantime is accepted until it expires; a list that was never read, after a start without the identity server, is passed over too. Health says "degraded", a metric and a warning in the log say since when.</summary>
    Accept,
}
