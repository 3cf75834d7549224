using System.Net;

namespace Pynomaly.Identity.Client;

/// <summary>No access token was to be had. The message is for a developer and holds no credential, no token and nothing else of the request.</summary>
public sealed class PynomalyTokenException : HttpRequestException
{
    internal PynomalyTokenException(TokenFailure failure, string message, HttpStatusCode? status = null, string? error = null, Exception? inner = null) : base(message, inner, status) =>
        (Failure, Error) = (failure, error);

    /// <summary>What kind of failure it is.</summary>
    public TokenFailure Failure { get; }

    /// <summary>The error code of RFC 6749 §5.2, for example "invalid_client"; null when the server gave none.</summary>
    public string? Error { get; }

    /// <summary>How long the server asked to wait; null: it did not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Whether trying again later can help without changing anything.</summary>
    public bool IsTransient => Failure == TokenFailure.Unavailable;
}
