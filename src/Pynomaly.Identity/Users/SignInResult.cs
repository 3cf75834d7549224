namespace Pynomaly.Identity.Users;

/// <summary>How a sign-in ended.</summary>
public abstract record SignInResult
{
    /// <summary>The person is signed in; the session cookie is set.</summary>
    public sealed record Succeeded(Model.Session Session) : SignInResult
    {
        /// <summary>When the first proof of this sign-in was given; null when it only made a session stronger, which is no new sign-in.</summary>
        public DateTimeOffset? Began { get; init; }
    }

    /// <summary>The first factor was right, and a second one is asked for on <see cref="Protocol.Paths.FactorPage"/> under this handle. Nothing is reachable yet.</summary>
    public sealed record FactorNeeded(string Handle) : SignInResult
    {
        /// <inheritdoc />
        public override string ToString() => nameof(FactorNeeded); // the handle goes on with the sign-in
    }

    /// <summary>The first factor was right, but this account must have a second one and has none: it is added on <see cref="Protocol.Paths.EnrolPage"/> under this handle. Nothing is reachable yet.</summary>
    public sealed record EnrolmentNeeded(string Handle) : SignInResult
    {
        /// <inheritdoc />
        public override string ToString() => nameof(EnrolmentNeeded);
    }

    /// <summary>Not signed in. One answer for every reason: nothing tells whether the account exists, is locked or disabled.</summary>
    public sealed record Failed : SignInResult;

    /// <summary>Too many tries from this address.</summary>
    public sealed record Throttled(int RetryAfterSeconds) : SignInResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : SignInResult;
}
