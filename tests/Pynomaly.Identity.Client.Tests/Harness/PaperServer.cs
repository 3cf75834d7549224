using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Pynomaly.Identity.Client.Tests.Harness;

/// <summary>An identity server and an API on paper: answers as the test says, and remembers what was asked.</summary>
internal sealed class PaperServer : HttpMessageHandler
{
    public const string Issuer = "https://id.paper", Api = "https://api.paper/detectors";
    private readonly ConcurrentQueue<Asked> _asked = new();
    private int _tokens;

    /// <summary>What was asked, in its order.</summary>
    public IReadOnlyList<Asked> All => [.. _asked];

    /// <summary>The requests at the token endpoint.</summary>
    public IReadOnlyList<Asked> TokenRequests => [.. _asked.Where(one => one.Path == "/connect/token")];

    /// <summary>The requests at the API.</summary>
    public IReadOnlyList<Asked> ApiRequests => [.. _asked.Where(one => one.Path == "/detectors")];

    /// <summary>The answer to the n-th token request; null: a token that is named after its number.</summary>
    public Func<int, HttpResponseMessage?> OnToken { get; set; } = _ => null;

    /// <summary>The answer to the n-th request at the API; null: 200.</summary>
    public Func<int, HttpResponseMessage?> OnApi { get; set; } = _ => null;

    /// <summary>What the discovery document names itself.</summary>
    public string NamedIssuer { get; set; } = Issuer;

    public int Lifetime { get; set; } = 600;

    public string TokenType { get; set; } = "Bearer";

    /// <summary>The answer to a request at the API whose proof has no nonce; null: nonces are not asked for.</summary>
    public Func<Task<HttpResponseMessage>>? WithoutNonce { get; set; }

    /// <summary>Holds token requests back until it is released.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Status(int status, int? retryAfter = null, string? challenge = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter is { } seconds) response.Headers.TryAddWithoutValidation("Retry-After", $"{seconds}");
        if (challenge is not null) response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _asked.Enqueue(new Asked(request.RequestUri!.AbsolutePath, request.Headers.Authorization?.ToString(), request.Headers.TryGetValues("DPoP", out var proof) ? proof.Single() : null, body));
        var response = request.RequestUri.AbsolutePath switch
        {
            "/.well-known/openid-configuration" => Json($$"""{"issuer":"{{NamedIssuer}}","token_endpoint":"https://id.paper/connect/token"}"""),
            "/connect/token" => await TokenAsync(),
            _ when WithoutNonce is { } refuse && !HasNonce(request) => await refuse(),
            _ => OnApi(ApiRequests.Count) ?? Status(200),
        };
        response.RequestMessage = request;
        return response;
    }

    private static bool HasNonce(HttpRequestMessage request) =>
        Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(request.Headers.GetValues("DPoP").Single().Split('.')[1])).Contains("\"nonce\":", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> TokenAsync()
    {
        var number = Interlocked.Increment(ref _tokens);
        if (Gate is { } gate) await gate.Task;
        return OnToken(number) ?? Json($$"""{"access_token":"token-{{number}}","token_type":"{{TokenType}}","expires_in":{{Lifetime}}}""");
    }

    internal sealed record Asked(string Path, string? Authorization, string? Proof, string Body);
}
