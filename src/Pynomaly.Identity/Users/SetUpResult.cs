namespace Pynomaly.Identity.Users;

/// <summary>How setting up the first administrator ended.</summary>
public abstract record SetUpResult
{
    /// <summary>The administrator exists and is signed in.</summary>
    public sealed record Succeeded : SetUpResult;

    /// <summary>The link is unknown, used or expired, or there is an administrator already.</summary>
    public sealed record LinkEnded : SetUpResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : SetUpResult;

    /// <summary>The link lives; a field has to be filled in differently. Nothing was changed.</summary>
    /// <param name="Field">"username", "email" or "password".</param>
    /// <param name="Problem">A sentence for the person.</param>
    public sealed record Refused(string Field, string Problem) : SetUpResult;
}
