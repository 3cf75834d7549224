namespace Pynomaly.Identity.Users;

/// <summary>How a sign-in ended.</summary>
public abstract record SignInResult
{
    /// <summary>The person is signed in; the session cookie is set.</summary>
    public sealed record Succeeded(Model.Session Session) : SignInResult;

    /// <summary>Not signed in. One answer for every reason: nothing tells whether the account exists, is locked or disabled.</summary>
    public sealed record Failed : SignInResult;

    /// <summary>Too many tries from this address.</summary>
    public sealed record Throttled(int RetryAfterSeconds) : SignInResult;

    /// <summary>All hashing threads are taken: try again soon.</summary>
    public sealed record Busy(int RetryAfterSeconds) : SignInResult;
}
