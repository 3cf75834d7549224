using System.Net;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>Does what Retry-After says: on a starved machine a node may know for a moment that it knows nothing fresh, and says 503 before it has done anything.</summary>
internal sealed class PatientHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null) await request.Content.LoadIntoBufferAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!IsLater(response) || attempt == 120) return response;
            await Task.Delay(500, cancellationToken);
        }
    }

    // The authorization endpoint can tell a client only by redirect (RFC 6749 §4.1.2.1).
    private static bool IsLater(HttpResponseMessage response) =>
        (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null)
        || response.Headers.Location?.OriginalString.Contains("error=temporarily_unavailable", StringComparison.Ordinal) == true;
}
