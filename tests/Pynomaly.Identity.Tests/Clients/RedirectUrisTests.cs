using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>Which redirect URIs may be registered, and which match (cases RU-11 and RU-13 of registration; RU-02 to RU-10 by HTTP stand with the attacks).</summary>
public sealed class RedirectUrisTests
{
    private static readonly ClientMetadata Confidential = new();
    private static readonly ClientMetadata Public = new() { TokenEndpointAuthMethod = ClientAuthenticationMethods.None };

    [Theory]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:51004/cb", true)]
    [InlineData("http://127.0.0.1:8080/cb", "http://127.0.0.1:51004/cb", true)]
    [InlineData("http://127.0.0.1/cb?a=1", "http://127.0.0.1:9/cb?a=1", true)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:9", true)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:080/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.test/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80.evil.test/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.test/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:9/cb?x=1", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:9/cb/", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:9/cb#", false)]
    [InlineData("http://127.0.0.1/cb", "http://[::1]:9/cb", false)]
    [InlineData("https://127.0.0.1/cb", "https://127.0.0.1:9/cb", false)]
    [InlineData("http://localhost/cb", "http://localhost:9/cb", false)]
    [InlineData("https://c.test/cb", "https://c.test:9/cb", false)]
    public void Only_the_port_of_a_loopback_literal_may_differ(string registered, string sent, bool matches)
    {
        var client = new Application { ClientId = "n", Metadata = new ClientMetadata { RedirectUris = [registered] } };

        Assert.Equal(matches, RedirectUris.Match(client, sent));
    }

    [Fact]
    public void Other_ports_of_localhost_need_the_opt_in_of_the_client()
    {
        var client = new Application { ClientId = "n", Metadata = new ClientMetadata { RedirectUris = ["http://localhost/cb"], AllowLocalhostRedirect = true } };

        Assert.True(RedirectUris.Match(client, "http://localhost:9/cb"));
        Assert.False(RedirectUris.Match(client, "http://localhost:9/other"));
        Assert.False(RedirectUris.Match(client, "http://localhost.evil.test/cb"));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://c.test/x")]
    [InlineData("https://user@c.test/cb")]
    [InlineData("https://c.test\\@evil.test/cb")]
    [InlineData("https://c.test/c b")]
    [InlineData("https://c.test/\tcb")]
    [InlineData("https://ç.test/cb")]
    [InlineData("/cb")]
    [InlineData("cb")]
    [InlineData("")]
    public void Addresses_that_a_browser_runs_or_misreads_are_not_registered_at_all(string uri)
    {
        Assert.NotNull(RedirectUris.WhyRefusedAsLink(uri));
        Assert.NotNull(RedirectUris.WhyRefused(uri, Public));
    }

    [Theory]
    [InlineData("https://c.test/cb#part")]
    [InlineData("https://c.test/cb#")]
    [InlineData("http://c.test/cb")]
    [InlineData("myapp:/cb")]
    [InlineData("com.example.app:/cb")]
    public void A_confidential_client_registers_https_without_fragment(string uri) => Assert.NotNull(RedirectUris.WhyRefused(uri, Confidential));

    [Theory]
    [InlineData("https://c.test/cb?tenant=1")]
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("http://[::1]:8080/cb")]
    [InlineData("http://localhost:8080/cb")]
    public void Https_and_loopback_are_registered(string uri) => Assert.Null(RedirectUris.WhyRefused(uri, Confidential));

    [Fact]
    public void An_apps_own_scheme_is_a_reversed_domain_name_of_a_public_client()
    {
        Assert.Null(RedirectUris.WhyRefused("com.example.app:/cb", Public));
        Assert.NotNull(RedirectUris.WhyRefused("myapp:/cb", Public));
    }
}
