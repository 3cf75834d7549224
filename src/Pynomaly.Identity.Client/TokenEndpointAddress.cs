using System.Text.Json;

namespace Pynomaly.Identity.Client;

/// <summary>Where the issuer's token endpoint is, by its discovery document. RFC 8414 §3.</summary>
internal sealed class TokenEndpointAddress(PynomalyTokensOptions options, Patience patience, Timed http)
{
    private Uri? _found;

    /// <summary>The address; asked for once.</summary>
    /// <exception cref="PynomalyTokenException">The issuer does not answer, or is not the one that was configured.</exception>
    public async Task<Uri> FindAsync(CancellationToken cancellationToken)
    {
        if (_found is { } known) return known;
        var address = $"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration";
        using var response = await patience.SendAsync(stop => http.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), stop), cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new PynomalyTokenException(Patience.Passes(response.StatusCode) ? TokenFailure.Unavailable : TokenFailure.Malformed, $"The issuer's discovery document answers {(int)response.StatusCode}", response.StatusCode);
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (document.RootElement.GetProperty("issuer").GetString() != options.Issuer) throw Malformed("What answers names itself another issuer than the one that is configured"); // §3.3
            var endpoint = new Uri(document.RootElement.GetProperty("token_endpoint").GetString()!);
            return Transport.IsPrivate(endpoint) ? _found = endpoint : throw Malformed("The token endpoint is not https");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException or ArgumentNullException)
        {
            throw Malformed("The issuer's discovery document cannot be understood");
        }
    }

    private static PynomalyTokenException Malformed(string message) => new(TokenFailure.Malformed, message);
}
