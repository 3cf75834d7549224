using System.Net;
using System.Security.Cryptography;

namespace Pynomaly.Identity.Client;

/// <summary>When a request is sent again, and after how long: failures that pass, with waits that double and differ, and Retry-After honoured (RFC 9110 §10.2.3).</summary>
internal sealed class Patience(PynomalyTokensOptions options, TimeProvider time)
{
    /// <summary>Sends until there is an answer that stays, or until it was tried often enough; then gives the last answer, or throws the last failure.</summary>
    /// <param name="sendAsync">Sends a new request each time.</param>
    /// <param name="cancellationToken">Ends the waiting too.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<CancellationToken, Task<HttpResponseMessage>> sendAsync, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                var response = await sendAsync(cancellationToken);
                if (!Passes(response.StatusCode) || attempt >= options.MaximumAttempts) return response;
                wait = Asked(response) ?? Backoff(attempt);
                if (wait > options.LongestWait) return response;
                response.Dispose();
            }
            catch (Exception failure) when (failure is HttpRequestException and not PynomalyTokenException or TimeoutException && attempt < options.MaximumAttempts && !cancellationToken.IsCancellationRequested)
            {
                wait = Backoff(attempt);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Whether such an answer may be another one a moment later.</summary>
    public static bool Passes(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>How long the answer asks to wait; null: it does not say.</summary>
    public TimeSpan? Asked(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } asked) return null;
        var wait = asked.Delta ?? asked.Date - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    // Half a second, one, two, ...; each between half and the whole of that, so that many who failed together do not come back together.
    private TimeSpan Backoff(int attempt)
    {
        var whole = Math.Min(500 * Math.Pow(2, attempt - 1), options.LongestWait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole / 2 + RandomNumberGenerator.GetInt32(1000) / 1000.0 * (whole / 2));
    }
}
