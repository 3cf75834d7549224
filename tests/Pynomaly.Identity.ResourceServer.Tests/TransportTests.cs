using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.ResourceServer.Tokens;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests;

/// <summary>Keys come from, and secrets go to the identity server's own addresses: never on by a redirect, never in clear text over a network.</summary>
public sealed class TransportTests
{
    [Fact]
    public void A_handler_that_the_application_gives_follows_no_redirects_wherever_it_stands()
    {
        using var sockets = new SocketsHttpHandler();
        using var client = new HttpClientHandler();
        using var outer = new Outer { InnerHandler = new Outer { InnerHandler = client } };

        Trust(sockets);
        Trust(sockets); // of a second scheme
        Trust(outer);

        Assert.False(sockets.AllowAutoRedirect);
        Assert.False(client.AllowAutoRedirect);
    }

    [Theory]
    [InlineData("http://elsewhere.test/connect/token", "http://localhost:5001/jwks", false)]
    [InlineData("http://localhost:5001/connect/token", "http://elsewhere.test/jwks", false)]
    [InlineData("http://127.0.0.1:5001/connect/token", "http://localhost:5001/jwks", true)]
    [InlineData("https://elsewhere.test/connect/token", "http://localhost:5001/jwks", true)]
    public async Task An_issuer_on_this_machine_names_no_address_in_clear_text_beyond_it(string tokenEndpoint, string keySet, bool isBelieved)
    {
        using var http = new HttpClient(new Documents(tokenEndpoint, keySet));
        var keys = new IssuerKeys(new PynomalyIdentityOptions { Issuer = Documents.Issuer, Audience = "https://api.test" }, http, TimeProvider.System, NullLogger.Instance);

        Assert.Equal(isBelieved, await keys.RequireAsync(TestContext.Current.CancellationToken));
    }

    private static void Trust(HttpMessageHandler handler)
    {
        var options = new PynomalyIdentityOptions { Issuer = Documents.Issuer, Audience = "https://api.test", BackchannelHandler = handler };
        using var issuer = new TrustedIssuer("scheme", options, new EphemeralDataProtectionProvider(), null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private sealed class Outer : DelegatingHandler;

    private sealed class Documents(string tokenEndpoint, string keySet) : HttpMessageHandler
    {
        public const string Issuer = "http://localhost:5001";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            object document = request.RequestUri!.AbsolutePath == "/jwks" ? new { keys = Array.Empty<object>() } : new { issuer = Issuer, jwks_uri = keySet, token_endpoint = tokenEndpoint };
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(document), Encoding.UTF8, "application/json") });
        }
    }
}
