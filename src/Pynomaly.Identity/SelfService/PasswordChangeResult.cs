using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>How a change of password ended.</summary>
internal abstract record PasswordChangeResult
{
    /// <summary>It is changed; other sessions and all grants have ended.</summary>
    public sealed record Changed : PasswordChangeResult;

    /// <summary>The new one is against the rules.</summary>
    public sealed record Refused(PasswordProblem Problem) : PasswordChangeResult;

    /// <summary>The current one is not right, or the account waits because of too many wrong ones.</summary>
    public sealed record WrongPassword : PasswordChangeResult;

    /// <summary>Neither the current password was given nor is the session confirmed.</summary>
    public sealed record NotConfirmed : PasswordChangeResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : PasswordChangeResult;
}
