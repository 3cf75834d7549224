namespace Pynomaly.Identity.Users;

/// <summary>No hashing thread is free soon enough: the request is answered 503 with Retry-After, before any work was done.</summary>
internal sealed class HashingBusyException(TimeSpan retryAfter) : Exception("Too many sign-ins wait for a hashing thread.")
{
    /// <summary>When to try again: what stands in the queue will be done by then. Whole seconds, at least one.</summary>
    public TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)));
}
