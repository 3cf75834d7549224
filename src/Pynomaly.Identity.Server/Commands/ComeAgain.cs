using System.Net;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Asks again when a server says that it can answer nothing just now and when to come back (503 with Retry-After, RFC 9110 §15.6.4): it has done nothing then. A few times; then what it says is told.</summary>
internal sealed class ComeAgain(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Most = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (attempt == Most || response.StatusCode != HttpStatusCode.ServiceUnavailable || response.Headers.RetryAfter?.Delta is not { } pause || pause > Longest) return response;
            response.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }
}
