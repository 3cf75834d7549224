using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>An issuer that signs whatever it is told to, so that an API can be shown tokens that the real one would never issue. It answers as the API's backchannel.</summary>
public sealed class PaperIssuer : HttpMessageHandler
{
    public const string Issuer = "https://paper.test";
    public const string Audience = "https://api.test";
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<object> _revoked = [];
    private readonly List<object> _cutOffs = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence = 1;
    private volatile bool _isDown;

    public MovableClock Clock { get; } = new();

    public ECDsaSecurityKey Key { get; } = NewKey("first");

    public ConcurrentDictionary<string, SecurityKey> Published { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers nothing but errors, as a server that is down behind its proxy. From the moment that this is said no list is made any more, whoever had asked for one.</summary>
    public bool IsDown
    {
        get => _isDown;
        set
        {
            lock (_lock) _isDown = value;
        }
    }

    /// <summary>Waits for news, as the real server; off, it answers at once as an older one.</summary>
    public bool Waits { get; set; } = true;

    /// <summary>Gives the list as a signed token where that is accepted.</summary>
    public bool SignsList { get; set; } = true;

    /// <summary>By how much the list that it gives is older than now.</summary>
    public TimeSpan ListAge { get; set; }

    /// <summary>Tells followers to ask after so many seconds, and gives them nothing; null: gives it.</summary>
    public int? AskLater { get; set; }

    /// <summary>Says that there is more, wherever the follower stands.</summary>
    public bool NeverEnds { get; set; }

    /// <summary>Who signs the list.</summary>
    public SecurityKey? ListKey { get; set; }

    public string ListType { get; set; } = "revocations+jwt";

    /// <summary>Where the discovery document says that the token endpoint is.</summary>
    public string TokenEndpoint { get; set; } = $"{Issuer}/connect/token";

    /// <summary>What the token endpoint answers for a key.</summary>
    public Func<IReadOnlyDictionary<string, string>, (HttpStatusCode, object)> Exchange { get; set; } = _ => (HttpStatusCode.Unauthorized, new { error = "invalid_client" });

    /// <summary>What the token endpoint waits for before it answers.</summary>
    public Func<IReadOnlyDictionary<string, string>, Task> BeforeExchange { get; set; } = _ => Task.CompletedTask;

    /// <summary>After how many seconds a token endpoint that takes no more (429, 503) wants to be asked again; null: it does not say.</summary>
    public int? ExchangeLater { get; set; }

    public PaperIssuer() => Published["first"] = Key;

    public static ECDsaSecurityKey NewKey(string kid) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = kid };

    /// <summary>How often a path was asked for.</summary>
    public int Asked(string path) => _asked.GetValueOrDefault(path);

    /// <summary>Enters a token in the list.</summary>
    public void Revoke(string jti) => Add(() => _revoked.Add(new { jti, exp = Now + 600, sequence = _sequence + 1 }));

    /// <summary>Enters a cut-off in the list.</summary>
    public void CutOff(string? clientId, string? kid, long issuedBefore) => Add(() => _cutOffs.Add(clientId is not null
        ? new { client_id = clientId, issued_before = issuedBefore, exp = Now + 600, sequence = _sequence + 1 }
        : new { kid, issued_before = issuedBefore, exp = Now + 600, sequence = _sequence + 1 }));

    /// <summary>The time in seconds.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>An access token that holds, but for what the caller changes.</summary>
    public string Sign(Action<Dictionary<string, object>>? change = null, string type = "at+jwt", SecurityKey? key = null, string algorithm = "ES256")
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer, ["sub"] = "nightly", ["client_id"] = "nightly", ["aud"] = Audience, ["jti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
            ["iat"] = Now, ["nbf"] = Now, ["exp"] = Now + 600, ["scope"] = "pynomaly_api", ["permissions"] = new[] { "read:detectors" }, ["roles"] = new[] { "viewer" },
        };
        change?.Invoke(claims);
        return SignPayload(JsonSerializer.Serialize(claims), type, key, algorithm);
    }

    /// <summary>A token of exactly this payload.</summary>
    public string SignPayload(string payload, string type = "at+jwt", SecurityKey? key = null, string algorithm = "ES256")
    {
        key ??= Key;
        return SignHeader($$"""{"alg":"{{algorithm}}","typ":"{{type}}","kid":"{{key.KeyId}}"}""", payload, key, algorithm);
    }

    /// <summary>A token of exactly this header and payload.</summary>
    public string SignHeader(string header, string payload, SecurityKey? key = null, string algorithm = "ES256")
    {
        var input = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        using var signer = new CryptoProviderFactory { CacheSignatureProviders = false }.CreateForSigning(key ?? Key, algorithm);
        return $"{input}.{Base64UrlEncoder.Encode(signer.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        _asked.AddOrUpdate(path, 1, (_, before) => before + 1);
        if (IsDown) return new HttpResponseMessage(HttpStatusCode.BadGateway);
        return path switch
        {
            "/.well-known/openid-configuration" => Json(new { issuer = Issuer, jwks_uri = $"{Issuer}/jwks", token_endpoint = TokenEndpoint, pynomaly_revocations_endpoint = $"{Issuer}/connect/revocations" }),
            "/jwks" => Json(new { keys = Published.Select(one => Jwk(one.Key, one.Value)).ToArray() }),
            "/connect/revocations" => await ListAsync(request, cancellationToken),
            "/connect/token" => await TokenAsync(request, cancellationToken),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    private async Task<HttpResponseMessage> ListAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (AskLater is { } seconds) return new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) } };
        var query = System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query);
        var since = long.Parse(query["since"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        if (Waits && query["wait"] is { } wait && since >= Interlocked.Read(ref _sequence))
            await _grown.Task.WaitAsync(TimeSpan.FromSeconds(int.Parse(wait, System.Globalization.CultureInfo.InvariantCulture)), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        Dictionary<string, object> page;
        lock (_lock)
        {
            if (_isDown) return new HttpResponseMessage(HttpStatusCode.BadGateway);
            bool IsNew(object entry) => (long)entry.GetType().GetProperty("sequence")!.GetValue(entry)! > since;
            page = new()
            {
                ["cursor"] = _sequence.ToString(System.Globalization.CultureInfo.InvariantCulture), ["more"] = NeverEnds, ["generated"] = Now - (long)ListAge.TotalSeconds,
                ["revoked"] = _revoked.Where(IsNew).ToArray(), ["cut_offs"] = _cutOffs.Where(IsNew).ToArray(),
            };
        }

        if (!SignsList || !request.Headers.Accept.Any(accepted => accepted.MediaType == "application/jwt")) return Json(page);
        (page["iss"], page["iat"], page["exp"]) = (Issuer, page["generated"], (long)page["generated"] + 60);
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(SignPayload(JsonSerializer.Serialize(page), ListType, ListKey)) };
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jwt");
        return answer;
    }

    private async Task<HttpResponseMessage> TokenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var form = System.Web.HttpUtility.ParseQueryString(await request.Content!.ReadAsStringAsync(cancellationToken));
        var asked = form.AllKeys.ToDictionary(name => name!, name => form[name]!);
        await BeforeExchange(asked);
        var (status, body) = Exchange(asked);
        var answer = Json(body, status);
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && ExchangeLater is { } seconds) answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return answer;
    }

    private void Add(Action add)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            add();
            _sequence++;
            (grown, _grown) = (_grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        grown.SetResult();
    }

    private static object Jwk(string kid, SecurityKey key)
    {
        if (key is RsaSecurityKey rsa)
        {
            var numbers = rsa.Rsa.ExportParameters(false);
            return new { kty = "RSA", use = "sig", alg = "RS256", kid, n = Base64UrlEncoder.Encode(numbers.Modulus), e = Base64UrlEncoder.Encode(numbers.Exponent) };
        }

        var point = ((ECDsaSecurityKey)key).ECDsa.ExportParameters(false).Q;
        return new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }

    private static HttpResponseMessage Json(object body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
}
