using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Client.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Client.Tests;

/// <summary>A token goes to the client's own API, and an address out of an answer, a link or a redirect takes it nowhere else.</summary>
public sealed class DestinationTests
{
    private const string Elsewhere = "https://evil.paper/detectors";
    private readonly PaperServer _server = new();

    [Theory]
    [InlineData("https://api.paper/base/", null, PaperServer.Api)]
    [InlineData("https://API.paper:443", null, PaperServer.Api)]
    [InlineData(null, "https://api.paper/the-api", PaperServer.Api)]
    [InlineData("https://other.paper", "https://api.paper", PaperServer.Api)]
    [InlineData("https://other.paper", "https://api.paper", "https://other.paper/detectors")]
    [InlineData("https://bücher.paper", null, "https://xn--bcher-kva.paper/detectors")]
    public async Task It_goes_to_the_origin_of_the_base_address_and_of_the_resource(string? baseAddress, string? resource, string asked)
    {
        using var service = new Service(_server, _server, options => options.Resource = resource, baseAddress: baseAddress);

        await AskAsync(service, asked);

        Assert.Equal("Bearer token-1", Assert.Single(_server.ApiRequests).Authorization);
    }

    [Theory]
    [InlineData(Elsewhere)]
    [InlineData("https://api.paper:8443/detectors")]
    [InlineData("https://api.paper.evil.paper/detectors")]
    [InlineData("https://sub.api.paper/detectors")]
    [InlineData("https://api.paper@evil.paper/detectors")]
    [InlineData("http://127.0.0.1/detectors")]
    public async Task It_goes_nowhere_else_and_the_refusal_says_what_to_write(string address)
    {
        using var service = new Service(_server);

        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(() => AskAsync(service, address));

        Assert.Empty(_server.ApiRequests);
        Assert.Equal((TokenFailure.Destination, false), (refused.Failure, refused.IsTransient));
        Assert.Contains("https://api.paper only", refused.Message, StringComparison.Ordinal);
        Assert.Contains("options.Origins.Add(\"http", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/detectors", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_origin_it_goes_nowhere_also_where_one_client_was_given_an_address_later()
    {
        using var service = new Service(_server, _server, baseAddress: null);
        var client = service.Client();
        client.BaseAddress = new Uri(PaperServer.Api);

        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(() => client.GetAsync("/detectors", TestContext.Current.CancellationToken));

        Assert.Equal(TokenFailure.Destination, refused.Failure);
        Assert.Contains("ConfigureHttpClient", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.ApiRequests);
    }

    [Fact]
    public async Task Named_origins_are_all_there_are()
    {
        using var service = new Service(_server, options =>
        {
            options.Origins.Add("https://one.paper");
            options.Origins.Add("https://two.paper:8443/");
        });

        await AskAsync(service, "https://one.paper/detectors");
        await AskAsync(service, "https://two.paper:8443/detectors");
        await Assert.ThrowsAsync<PynomalyTokenException>(() => AskAsync(service, PaperServer.Api));

        Assert.Equal(2, _server.ApiRequests.Count);
    }

    [Fact]
    public async Task A_typed_client_is_known_by_its_base_address()
    {
        var services = new ServiceCollection();
        services.AddHttpClient<Detectors>(client => client.BaseAddress = new Uri(PaperServer.Api)).ConfigurePrimaryHttpMessageHandler(() => _server)
            .AddPynomalyTokens(options => (options.Issuer, options.ClientId, options.ClientSecret) = (PaperServer.Issuer, "nightly", Service.Secret));
        services.AddHttpClient("Pynomaly.Identity.Client").ConfigurePrimaryHttpMessageHandler(() => _server);
        await using var provider = services.BuildServiceProvider();

        using var answer = await provider.GetRequiredService<Detectors>().Http.GetAsync("/detectors", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Bearer token-1", Assert.Single(_server.ApiRequests).Authorization);
    }

    [Fact]
    public async Task A_handler_that_follows_redirects_takes_it_to_no_other_place()
    {
        _server.OnApi = _ => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri(Elsewhere) } };
        var services = new ServiceCollection();
        services.AddHttpClient("detectors", client => client.BaseAddress = new Uri(PaperServer.Api)).ConfigurePrimaryHttpMessageHandler(() => _server).AddHttpMessageHandler(() => new Following())
            .AddPynomalyTokens(options => (options.Issuer, options.ClientId, options.ClientSecret) = (PaperServer.Issuer, "nightly", Service.Secret));
        services.AddHttpClient("Pynomaly.Identity.Client").ConfigurePrimaryHttpMessageHandler(() => _server);
        await using var provider = services.BuildServiceProvider();

        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("detectors").GetAsync("/detectors", TestContext.Current.CancellationToken));

        Assert.Equal(TokenFailure.Destination, refused.Failure);
        Assert.Single(_server.ApiRequests);
    }

    [Theory]
    [InlineData("api.example.org", "Origins[0] is no origin")]
    [InlineData("ftp://api.example.org", "Origins[0] is no origin")]
    [InlineData("https://api.example.org/v1", "Origins[0] (https://api.example.org) is no origin")]
    [InlineData("https://user:s3cret@api.example.org", "Origins[0] (https://api.example.org) is no origin")]
    [InlineData("https://user:s3cret@api.example.org/v1?s3cret", "Origins[0] (https://api.example.org) is no origin")]
    [InlineData("https://api.example.org#s3cret", "Origins[0] (https://api.example.org) is no origin")]
    [InlineData("user:s3cret@api.example.org", "Origins[0] is no origin")]
    [InlineData("http://api.example.org", "Origins[0] (http://api.example.org) is not https")]
    public async Task What_is_no_origin_stops_the_start_and_nothing_of_it_but_its_origin_is_said(string origin, string expected)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPynomalyTokens("detectors", options =>
        {
            (options.Issuer, options.ClientId, options.ClientSecret) = (PaperServer.Issuer, "nightly", Service.Secret);
            options.Origins.Add(origin);
        });
        using var host = builder.Build();

        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", problem.Message, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> AskAsync(Service service, string address) => service.Client().GetAsync(address, TestContext.Current.CancellationToken);

    private sealed record Detectors(HttpClient Http);

    // As an application might write it: goes along with every redirect, outside of the handler that puts the token on.
    private sealed class Following : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.Location is not { } next) return response;
            request.RequestUri = next;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
