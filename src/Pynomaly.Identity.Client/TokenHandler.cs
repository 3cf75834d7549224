using System.Net;
using System.Net.Http.Headers;

namespace Pynomaly.Identity.Client;

/// <summary>Puts the token on each request of an HttpClient that goes where tokens may go. A token that is refused is renewed once, a nonce that is asked for is given once, and a failure that passes is waited for where the method is safe to repeat.</summary>
internal sealed class TokenHandler(TokenSource tokens, PynomalyTokensOptions options, Destinations destinations, TimeProvider time) : DelegatingHandler
{
    private readonly Patience _patience = new(options, time);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } address || !Transport.IsPrivate(address)) throw new InvalidOperationException("The address is not https: the access token would travel in the clear. http is for loopback only.");
        destinations.Require(address);
        var repeatable = await IsRepeatableAsync(request, cancellationToken);
        return repeatable && IsIdempotent(request.Method)
            ? await _patience.SendAsync(stop => SendWithTokenAsync(request, true, stop), cancellationToken)
            : await SendWithTokenAsync(request, repeatable, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendWithTokenAsync(HttpRequestMessage request, bool repeatable, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        var (response, wantsNonce) = await SendAsync(request, token, cancellationToken);
        if (!repeatable || response.StatusCode != HttpStatusCode.Unauthorized) return response;
        if (wantsNonce)
        {
            response.Dispose();
            (response, _) = await SendAsync(request, token, cancellationToken); // RFC 9449 §9
            if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        }

        if (!response.Headers.WwwAuthenticate.Any(challenge => challenge.Parameter?.Contains("invalid_token", StringComparison.Ordinal) is true)) return response;
        if (!tokens.Drops(token)) return response; // a new one was refused: another would be too
        response.Dispose();
        return (await SendAsync(request, await tokens.GetAsync(cancellationToken), cancellationToken)).Response;
    }

    private async Task<(HttpResponseMessage Response, bool WantsNonce)> SendAsync(HttpRequestMessage request, HeldToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(token.Scheme, token.Text);
        var nonce = tokens.Possession?.Prove(request, token.Text);
        var response = await base.SendAsync(request, cancellationToken);
        return (response, tokens.Possession?.Learns(response, nonce) is true);
    }

    /// <summary>Not supported: a token cannot be fetched without waiting, and a request must not leave without one.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An HttpClient with tokens is used by its asynchronous methods.");

    // RFC 9110 §9.2.2.
    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Put || method == HttpMethod.Delete;

    // A body that flows past cannot be sent again; a small one of known length is kept for that.
    private static async ValueTask<bool> IsRepeatableAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } content) return true;
        if (content.Headers.ContentLength is not <= 1024 * 1024) return false;
        await content.LoadIntoBufferAsync(cancellationToken);
        return true;
    }
}
