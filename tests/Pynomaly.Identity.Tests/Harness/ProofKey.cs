using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A client's key for DPoP proofs (RFC 9449 §4.2), as an honest client and as an attacker uses it.</summary>
public sealed class ProofKey(TimeProvider clock) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key.</summary>
    public JsonObject Jwk
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return new JsonObject { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
        }
    }

    /// <summary>Its thumbprint (RFC 7638).</summary>
    public string Thumbprint => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Jwk.ToJsonString())));

    /// <summary>A proof; the change is made before it is signed.</summary>
    public string Proof(string method, string address, string? accessToken = null, string? nonce = null, Action<JsonObject, JsonObject>? change = null)
    {
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = Jwk };
        var claims = new JsonObject { ["jti"] = Guid.NewGuid().ToString("N"), ["htm"] = method, ["htu"] = address, ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds() };
        if (accessToken is not null) claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        if (nonce is not null) claims["nonce"] = nonce;
        change?.Invoke(header, claims);
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>A token request of the client with that proof.</summary>
    public static async Task<HttpResponseMessage> TokenAsync(HttpClient machine, string client, string? proof, params (string Name, string? Value)[] fields)
    {
        using var bound = new BoundHandler(machine, proof);
        using var sender = new HttpClient(bound) { BaseAddress = machine.BaseAddress, Timeout = machine.Timeout };
        return await sender.TokenAsync(client, fields);
    }

    /// <summary>A request with the token under the scheme, and that proof.</summary>
    public static Task<HttpResponseMessage> CallAsync(HttpClient machine, string path, string scheme, string token, string? proof)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        if (proof is not null) request.Headers.Add("DPoP", proof);
        return machine.SendAsync(request);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    // The harness' own calls, with one more header.
    private sealed class BoundHandler(HttpClient machine, string? proof) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content is null ? null : new ByteArrayContent(await request.Content.ReadAsByteArrayAsync(cancellationToken)) };
            foreach (var (name, values) in request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()) copy.Content!.Headers.TryAddWithoutValidation(name, values);
            foreach (var (name, values) in request.Headers) copy.Headers.TryAddWithoutValidation(name, values);
            if (proof is not null) copy.Headers.Add("DPoP", proof);
            return await machine.SendAsync(copy, cancellationToken);
        }
    }
}
