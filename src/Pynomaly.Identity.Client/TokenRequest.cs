using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Client;

/// <summary>Makes the request for a token by client credentials (RFC 6749 §4.4), with the client's proof of who it is.</summary>
internal sealed class TokenRequest(PynomalyTokensOptions options, TimeProvider time) : IDisposable
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ClientKey? _key = string.IsNullOrEmpty(options.PrivateKey) ? null : ClientKey.Read(options.PrivateKey);

    /// <summary>A new request: an assertion is good once.</summary>
    public HttpRequestMessage Create(Uri endpoint)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (options.Scope is { } scope) form["scope"] = scope;
        if (options.Resource is { } resource) form["resource"] = resource; // RFC 8707 §2.2
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (options.ApiKey is { Length: > 0 } apiKey)
        {
            form["client_secret"] = apiKey;
        }
        else if (_key is not null)
        {
            form["client_id"] = options.ClientId!;
            form["client_assertion_type"] = AssertionType;
            form["client_assertion"] = Assertion(_key);
        }
        else
        {
            // RFC 6749 §2.3.1: both are form-encoded first.
            var pair = $"{Uri.EscapeDataString(options.ClientId!)}:{Uri.EscapeDataString(options.ClientSecret!)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    public void Dispose() => _key?.Dispose();

    // RFC 7523 §3: for this issuer alone, for a minute, once.
    private string Assertion(ClientKey key)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new Dictionary<string, string> { ["typ"] = "JWT", ["alg"] = key.Algorithm };
        if (options.KeyId is { } kid) header["kid"] = kid;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = options.ClientId!, ["sub"] = options.ClientId!, ["aud"] = options.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        };
        return key.Sign(JsonSerializer.Serialize(header), JsonSerializer.Serialize(claims));
    }
}
