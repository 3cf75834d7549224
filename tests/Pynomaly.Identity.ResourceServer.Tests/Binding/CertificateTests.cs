using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>Tokens bound to a client certificate are of no use over another connection. RFC 8705 §3.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly PaperIssuer _issuer = new();
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(_issuer);

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_token_is_used_over_the_connection_of_its_certificate_only()
    {
        using var own = NewCertificate();
        using var other = NewCertificate();
        var token = _issuer.Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData(own.RawData)) });

        Assert.Equal(StatusCodes.Status200OK, await AskAsync(token, own));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskAsync(token, other));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskAsync(token, null));
    }

    [Fact]
    public async Task The_refusal_says_that_the_certificate_is_the_matter()
    {
        using var answer = await _api.GetAsync("/detectors", _issuer.Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["x5t#S256"] = Base64UrlEncoder.Encode(new byte[32]) }));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Challenged.Invalid(answer, "The access token is bound to another client certificate");
    }

    [Fact]
    public async Task A_token_bound_to_both_needs_both()
    {
        using var own = NewCertificate();
        var key = new ProofKey(_issuer);
        var token = _issuer.Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData(own.RawData)), ["jkt"] = key.Thumbprint });

        Assert.Equal(StatusCodes.Status401Unauthorized, await AskAsync(token, own));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskAsync(token, null, key.Prove(token)));
        Assert.Equal(StatusCodes.Status200OK, await AskAsync(token, own, key.Prove(token)));
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(PlatformNotSupportedException))]
    public async Task A_connection_that_cannot_ask_for_a_certificate_has_none(Type failure)
    {
        var token = _issuer.Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["x5t#S256"] = Base64UrlEncoder.Encode(new byte[32]) });

        var context = await _api.Server.SendAsync(http =>
        {
            (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path) = ("GET", "https", new HostString("api.test"), "/detectors");
            http.Request.Headers.Authorization = $"Bearer {token}";
            http.Features.Set<ITlsConnectionFeature>(new FailingConnection((Exception)Activator.CreateInstance(failure)!));
        }, TestContext.Current.CancellationToken);

        Assert.Equal(StatusCodes.Status401Unauthorized, context.Response.StatusCode);
    }

    [Fact]
    public async Task Behind_a_proxy_its_header_counts_and_nobody_elses()
    {
        using var own = NewCertificate();
        var token = _issuer.Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData(own.RawData)) });
        await using var forwarding = await StartForwardingAsync();

        Assert.Equal(StatusCodes.Status200OK, await AskForwardedAsync(forwarding.GetTestServer(), token, own, "10.0.0.2"));
        Assert.Equal(StatusCodes.Status200OK, await AskForwardedAsync(forwarding.GetTestServer(), token, own, "::ffff:10.0.0.2"));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskForwardedAsync(forwarding.GetTestServer(), token, own, "10.0.0.3"));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskForwardedAsync(forwarding.GetTestServer(), token, null, "10.0.0.2"));
        using var other = NewCertificate();
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskForwardedAsync(forwarding.GetTestServer(), token, other, "10.0.0.2"));
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskForwardedAsync(forwarding.GetTestServer(), token, own, "10.0.0.2", times: 2)); // a proxy that adds its own to the client's
        Assert.Equal(StatusCodes.Status401Unauthorized, await AskForwardedAsync(_api.Server, token, own, "10.0.0.2")); // which was not set up so
    }

    private static async Task<int> AskForwardedAsync(TestServer server, string token, X509Certificate2? certificate, string from, int times = 1)
    {
        var context = await server.SendAsync(http =>
        {
            (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path) = ("GET", "https", new HostString("api.test"), "/detectors");
            http.Request.Headers.Authorization = $"Bearer {token}";
            foreach (var name in (string[])["Client-Cert", "X-Client-Cert", "X-ARR-ClientCert"])
                http.Request.Headers[name] = Enumerable.Repeat(certificate is null ? "nonsense" : $":{Convert.ToBase64String(certificate.RawData)}:", times).ToArray();
            http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        }, TestContext.Current.CancellationToken);
        return context.Response.StatusCode;
    }

    // As the README has it, line by line: what WebApplication puts before it is part of the matter.
    private async Task<WebApplication> StartForwardingAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(_issuer.Clock);
        builder.Services.AddAuthentication().AddPynomalyIdentity(options =>
        {
            (options.Issuer, options.Audience, options.BackchannelHandler) = (PaperIssuer.Issuer, PaperIssuer.Audience, _issuer);
            options.FirstReadTimeout = TimeSpan.FromMinutes(1);
        });
        builder.Services.AddAuthorization();
        builder.Services.AddCertificateForwarding(options =>
        {
            options.CertificateHeader = "Client-Cert";
            options.HeaderConverter = ForwardedCertificate.Read;
        });
        var app = builder.Build();
        var proxy = IPAddress.Parse("10.0.0.2").MapToIPv6();
        app.UseWhen(http => proxy.Equals(http.Connection.RemoteIpAddress?.MapToIPv6()), branch => branch.UseCertificateForwarding());
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/detectors", () => "detectors").RequirePermission("read:detectors");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private async Task<int> AskAsync(string token, X509Certificate2? certificate, string? proof = null)
    {
        var context = await _api.Server.SendAsync(http =>
        {
            (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path) = ("GET", "https", new HostString("api.test"), "/detectors");
            http.Request.Headers.Authorization = $"{(proof is null ? "Bearer" : "DPoP")} {token}";
            if (proof is not null) http.Request.Headers["DPoP"] = proof;
            http.Connection.ClientCertificate = certificate;
        }, TestContext.Current.CancellationToken);
        return context.Response.StatusCode;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class FailingConnection(Exception failure) : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromException<X509Certificate2?>(failure);
    }
}
