using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>How a step on the way to or from an account ended: asking for a link, or using one.</summary>
internal abstract record LinkResult
{
    /// <summary>Done; or, where nothing may be told, taken note of.</summary>
    public sealed record Done : LinkResult;

    /// <summary>The link is unknown, used or expired, or what it was for has changed since. Nothing was changed.</summary>
    public sealed record Ended : LinkResult;

    /// <summary>The link lives; the name or address has to be another one. Nothing was changed.</summary>
    /// <param name="Field">"username" or "email".</param>
    /// <param name="Problem">What is wrong with it.</param>
    public sealed record NameRefused(string Field, NameProblem Problem) : LinkResult;

    /// <summary>The link lives; the password has to be another one. Nothing was changed.</summary>
    public sealed record PasswordRefused(PasswordProblem Problem) : LinkResult;

    /// <summary>Too much from this address; the account has nothing to do with it.</summary>
    public sealed record Throttled(int RetryAfterSeconds) : LinkResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : LinkResult;
}
