namespace Pynomaly.Identity.Model;

/// <summary>The answer to a request that carried an Idempotency-Key, so that the request sent again gets the same answer and does nothing twice.</summary>
public sealed class RememberedAnswer
{
    /// <summary>Hash of the caller and the key that they sent.</summary>
    public required string Id { get; init; }

    /// <summary>Hash of method, path and body: the key with another request is an error.</summary>
    public required string Request { get; init; }

    /// <summary>The status; 0 while the first request is under way.</summary>
    public int Status { get; set; }

    /// <summary>The answer, encrypted under the master key: it may hold a secret that is shown once.</summary>
    public string? Body { get; set; }

    /// <summary>Until when it is remembered.</summary>
    public DateTimeOffset Expires { get; set; }
}
