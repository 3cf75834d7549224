namespace Pynomaly.Identity.Api;

/// <summary>What an API's document says of the whole.</summary>
/// <param name="Path">Where the API begins.</param>
/// <param name="Title">Its name.</param>
/// <param name="Text">What it is for, and which tokens it takes.</param>
/// <param name="Scopes">The scopes that open it.</param>
internal sealed record ApiDescription(string Path, string Title, string Text, IReadOnlyList<string> Scopes)
{
    /// <summary>True: its POST operations that change something take an Idempotency-Key, and those that change or delete one thing take If-Match (RFC 9110 §13.1.1).</summary>
    public bool HasConditions { get; init; }
}
