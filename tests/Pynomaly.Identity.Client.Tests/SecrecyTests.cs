using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Client.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Client.Tests;

/// <summary>What never leaves: credentials and tokens in logs and messages, tokens on open wires; and settings that cannot work.</summary>
public sealed class SecrecyTests
{
    [Fact]
    public async Task Neither_logs_nor_messages_hold_a_credential_or_a_token()
    {
        var server = new PaperServer { OnToken = number => number == 1 ? null : PaperServer.Json("""{"error":"invalid_client"}""", System.Net.HttpStatusCode.Unauthorized) };
        using var service = new Service(server);
        await service.GetAsync();
        service.Clock.Move(TimeSpan.FromHours(1));
        var refused = await Assert.ThrowsAsync<PynomalyTokenException>(service.GetAsync);

        var said = string.Join('\n', [.. service.Logs.Lines, refused.ToString()]);
        Assert.Contains("nightly", said, StringComparison.Ordinal); // something is logged
        Assert.DoesNotContain(Service.Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("token-1", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("nightly:"u8)[..8], said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_not_sent_over_an_open_wire()
    {
        var server = new PaperServer();
        using var service = new Service(server, options => options.Origins.Add("http://127.0.0.1"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => service.Client().GetAsync("http://api.paper/detectors", TestContext.Current.CancellationToken));
        Assert.Empty(server.ApiRequests);
        await service.Client().GetAsync("http://127.0.0.1/detectors", TestContext.Current.CancellationToken);
        Assert.Single(server.ApiRequests);
    }

    [Fact]
    public void The_connections_that_an_application_chose_stay_but_follow_no_redirect()
    {
        var services = new ServiceCollection();
        var chosen = new SocketsHttpHandler { MaxConnectionsPerServer = 7 };
        services.AddHttpClient("detectors").ConfigurePrimaryHttpMessageHandler(() => chosen)
            .AddPynomalyTokens(options => (options.Issuer, options.ClientId, options.ClientSecret) = (PaperServer.Issuer, "nightly", Service.Secret));
        using var provider = services.BuildServiceProvider();

        HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("detectors");
        while (handler is DelegatingHandler { InnerHandler: { } inner }) handler = inner;

        Assert.Same(chosen, handler);
        Assert.False(chosen.AllowAutoRedirect);
        Assert.Equal(System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13, chosen.SslOptions.EnabledSslProtocols);
    }

    [Theory]
    [InlineData("", "nightly", "secret", null, null, "Issuer")]
    [InlineData("http://id.paper", "nightly", "secret", null, null, "https")]
    [InlineData("https://id.paper", null, "secret", null, null, "ClientId")]
    [InlineData("https://id.paper", "nightly", null, null, null, "exactly one")]
    [InlineData("https://id.paper", "nightly", "secret", null, "pyn_x", "exactly one")]
    [InlineData("https://id.paper", "nightly", null, "no PEM", null, "PrivateKey")]
    public async Task Settings_that_cannot_work_stop_the_start_with_a_sentence(string issuer, string? client, string? secret, string? key, string? apiKey, string words)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPynomalyTokens("detectors", options => (options.Issuer, options.ClientId, options.ClientSecret, options.PrivateKey, options.ApiKey) = (issuer, client, secret, key, apiKey));
        using var host = builder.Build();

        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("AddPynomalyTokens(\"detectors\")", problem.Message, StringComparison.Ordinal);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        if (key is not null) Assert.DoesNotContain(key, problem.Message, StringComparison.Ordinal);
    }
}
