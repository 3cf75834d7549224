namespace Pynomaly.Identity.Tokens;

/// <summary>A way by which an API learns that a token was ended.</summary>
public enum RevocationPath
{
    /// <summary>The revocation list, by a follower that waits for its next entry.</summary>
    List,

    /// <summary>Asking for each token (RFC 7662): from the moment that this node knows.</summary>
    Introspection,

    /// <summary>The Token Status List, as soon as a list that says so was made for somebody who asked.</summary>
    StatusList,

    /// <summary>A security event, taken by its receiver (RFC 8935).</summary>
    Push,
}
