using System.Net;
using System.Text.Json;

namespace Pynomaly.Identity.Client;

/// <summary>Asks the token endpoint, and reads its answer or its refusal. RFC 6749 §5.</summary>
internal sealed class TokenAnswers(PynomalyTokensOptions options, Timed http, Possession? possession, TimeProvider time) : IDisposable
{
    private readonly TokenRequest _request = new(options, time);
    private readonly Patience _patience = new(options, time);
    private TokenEndpointAddress? _endpoint;

    /// <summary>A new token, the scheme that it is presented under, and how long it lives.</summary>
    /// <exception cref="PynomalyTokenException">There is none.</exception>
    public async Task<(string Token, string Scheme, TimeSpan Lifetime)> AskAsync()
    {
        try
        {
            _endpoint ??= new TokenEndpointAddress(options, _patience, http);
            var endpoint = await _endpoint.FindAsync(CancellationToken.None);
            string? nonce = null;
            var response = await _patience.SendAsync(stop => SendAsync(endpoint, out nonce, stop), CancellationToken.None);
            if (possession?.Learns(response, nonce) is true)
            {
                response.Dispose();
                response = await _patience.SendAsync(stop => SendAsync(endpoint, out nonce, stop), CancellationToken.None); // RFC 9449 §8
            }

            using (response)
            {
                possession?.Learns(response, nonce);
                return await ReadAsync(response);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException and not PynomalyTokenException or TimeoutException or OperationCanceledException)
        {
            throw new PynomalyTokenException(TokenFailure.Unavailable, "The identity server does not answer", inner: failure);
        }
    }

    public void Dispose() => _request.Dispose();

    private Task<HttpResponseMessage> SendAsync(Uri endpoint, out string? nonce, CancellationToken cancellationToken)
    {
        var request = _request.Create(endpoint);
        nonce = possession?.Prove(request, null);
        return http.SendAsync(request, cancellationToken);
    }

    private async Task<(string, string, TimeSpan)> ReadAsync(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        if (Patience.Passes(status)) throw new PynomalyTokenException(TokenFailure.Unavailable, $"The token endpoint answers {(int)status}", status) { RetryAfter = _patience.Asked(response) };
        try
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            var answer = json.RootElement;
            if (status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) throw Refused(answer, status);
            if (status != HttpStatusCode.OK) throw new PynomalyTokenException(TokenFailure.Malformed, $"The token endpoint answers {(int)status}", status);
            var type = answer.GetProperty("token_type").GetString();
            var wanted = possession is null ? "Bearer" : "DPoP";
            if (!string.Equals(type, wanted, StringComparison.OrdinalIgnoreCase)) // RFC 6749 §7.1: a type that is not understood must not be used; RFC 9449 §5: nor an unbound one
                throw new PynomalyTokenException(TokenFailure.Malformed, $"The token is not of the type {wanted} that was asked for", status);
            var lifetime = answer.TryGetProperty("expires_in", out var seconds) ? seconds.GetInt32() : 300;
            var token = answer.GetProperty("access_token").GetString() is { Length: > 0 } text ? text : throw new JsonException("empty");
            return (token, wanted, TimeSpan.FromSeconds(Math.Clamp(lifetime, 1, 86_400)));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PynomalyTokenException(TokenFailure.Malformed, "The token endpoint's answer cannot be understood", status);
        }
    }

    // The server's words are kept short and to the characters that RFC 6749 §5.2 allows: they end in logs.
    private static PynomalyTokenException Refused(JsonElement answer, HttpStatusCode status)
    {
        var error = Clean(answer.TryGetProperty("error", out var code) ? code.GetString() : null, 64);
        var description = Clean(answer.TryGetProperty("error_description", out var words) ? words.GetString() : null, 200);
        return new PynomalyTokenException(TokenFailure.Refused, $"The identity server refused a token: {error ?? "no error code"}{(description is null ? "" : $" ({description})")}", status, error);
    }

    private static string? Clean(string? text, int most) => text is null ? null : new string([.. text.Where(c => c is >= ' ' and <= '~' and not '"' and not '\\').Take(most)]);
}
