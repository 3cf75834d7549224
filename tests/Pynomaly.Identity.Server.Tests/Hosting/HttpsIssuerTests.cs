using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>An issuer on https is served over https only, or by a proxy that is named.</summary>
public sealed class HttpsIssuerTests(HttpsIssuerTests.BehindProxy server) : IClassFixture<HttpsIssuerTests.BehindProxy>
{
    private const string Ours = "Host: id.example.org\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plain_http_is_refused()
    {
        var answer = await server.SendAsync("GET /.well-known/jwks", Ours, cancellationToken: Stop);

        Assert.Equal(400, RunningServer.StatusOf(answer));
        Assert.Contains("Identity:TrustedProxies", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_proxy_says_that_it_was_https()
    {
        var answer = await server.SendAsync("GET /.well-known/jwks", $"{Ours}X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n", cancellationToken: Stop);

        Assert.Equal(200, RunningServer.StatusOf(answer));
        Assert.Contains("\r\nStrict-Transport-Security: max-age=63072000", answer, StringComparison.Ordinal);
    }

    /// <summary>A server whose proxy runs on the same machine.</summary>
    public sealed class BehindProxy : RunningServer
    {
        /// <inheritdoc/>
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Issuer", "https://id.example.org"), new("Identity:TrustedProxies", "127.0.0.1")];
    }
}
