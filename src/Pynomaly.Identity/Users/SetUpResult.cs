namespace Pynomaly.Identity.Users;

/// <summary>How setting up the first administrator ended.</summary>
internal abstract record SetUpResult
{
    /// <summary>The administrator exists. What is left is the second factor, which administrators always have: it is added on <see cref="Protocol.Paths.EnrolPage"/> under this handle.</summary>
    public sealed record Succeeded(string Handle) : SetUpResult
    {
        /// <inheritdoc />
        public override string ToString() => nameof(Succeeded); // the handle goes on with the sign-in
    }

    /// <summary>The link is unknown, used or expired, or there is an administrator already.</summary>
    public sealed record LinkEnded : SetUpResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : SetUpResult;

    /// <summary>The link lives; the form has to be filled in differently. Nothing was changed. All that is wrong is said at once.</summary>
    public sealed record Refused : SetUpResult
    {
        /// <summary>What is wrong with the user name.</summary>
        public NameProblem? UserName { get; init; }

        /// <summary>What is wrong with the e-mail address.</summary>
        public NameProblem? Email { get; init; }

        /// <summary>What is wrong with the password.</summary>
        public IReadOnlyList<PasswordProblem> Password { get; init; } = [];
    }

    /// <summary>No role of this installation grants everything: a configuration that has one must be applied first.</summary>
    public sealed record RoleMissing : SetUpResult;
}
