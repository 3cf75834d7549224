using Microsoft.Extensions.Configuration;
using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>A setting that makes no sense stops the start with a sentence that names it; nothing starts with a guess (F-32).</summary>
public sealed class BrokenSettingsTests
{
    [Theory]
    [InlineData("Identity:Issuer", "")]
    [InlineData("Identity:Issuer", "id.example.org")]
    [InlineData("Identity:Issuer", "ftp://id.example.org")]
    [InlineData("Identity:Issuer", "http://id.example.org")]
    [InlineData("Identity:Issuer", "https://id.example.org?tenant=1")]
    [InlineData("Identity:Issuer", "https://id.example.org#top")]
    [InlineData("Identity:Issuer", "https://id.example.org/identity")]
    [InlineData("Identity:Issuer", "https://user:pass@id.example.org")]
    [InlineData("Identity:Isuer", "https://id.example.org")]
    [InlineData("Identity:Database:Provider", "MySql")]
    [InlineData("Identity:Database:Provdier", "Sqlite")]
    [InlineData("Identity:Database:MigrateAtStart", "perhaps")]
    [InlineData("Identity:SigningAlgorithms", "HS256")]
    [InlineData("Identity:SigningAlgorithms", "none")]
    [InlineData("Identity:SigningAlgorithms", "PS256")]
    [InlineData("Identity:Lifetimes:AccessToken", "10")]
    [InlineData("Identity:Lifetimes:AccessToken", "02:00:00")]
    [InlineData("Identity:Lifetimes:AccessToken", "ten minutes")]
    [InlineData("Identity:Lifetimes:AuthorizationCode", "00:05:00")]
    [InlineData("Identity:Lifetimes:RefreshRetry", "-00:00:01")]
    [InlineData("Identity:Lifetimes:RefreshIdle", "0")]
    [InlineData("Identity:Lifetimes:SessionIdle", "31.00:00:00")]
    [InlineData("Identity:Lifetimes:ClockSkew", "00:02:00")]
    [InlineData("Identity:Lifetimes:AcessToken", "00:10:00")]
    [InlineData("Identity:Passwords:BcryptCost", "4")]
    [InlineData("Identity:Passwords:BcryptCost", "12.5")]
    [InlineData("Identity:Passwords:MinimumLength", "7")]
    [InlineData("Identity:Passwords:RequireComposition", "1")]
    [InlineData("Identity:Passwords:LockoutAttempts", "0")]
    [InlineData("Identity:Passwords:LockoutDuration", "forever")]
    [InlineData("Identity:Limits:TokenPerAddress", "-1")]
    [InlineData("Identity:Limits:TokenPerAddress", "1e3")]
    [InlineData("Identity:Limits:SignInPerAdress", "20")]
    [InlineData("Identity:TrustedProxies", "proxy.internal")]
    [InlineData("Identity:TrustedProxies", "0.0.0.0/0")]
    [InlineData("Identity:TrustedProxies", "10.0.0.0/33")]
    [InlineData("Identity:RevocationList:Access", "Nobody")]
    [InlineData("Identity:Metrics:Port", "65536")]
    [InlineData("Identity:Metrics:Address", "localhost.localdomain")]
    [InlineData("Identity:Otlp:Endpoint", "collector:4318")]
    [InlineData("Identity:ShutdownDelay", "00:10:00")]
    [InlineData("ConnectionStrings:Identity", "Data Sauce=identity.db")]
    [InlineData("Identity:Something:Else", "1")]
    public void A_broken_setting_stops_the_start_and_is_named(string key, string value)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Build(new() { [key] = value }));

        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PostgreSQL_provider_needs_a_connection_string()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Build(new() { ["Identity:Database:Provider"] = "PostgreSql", ["ConnectionStrings:Identity"] = null }));

        Assert.Contains("ConnectionStrings:Identity is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_settings_unbroken_start()
    {
        using var app = (IDisposable)Build([]);
    }

    private static Microsoft.AspNetCore.Builder.WebApplication Build(Dictionary<string, string?> settings)
    {
        var app = ServerHost.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Identity:Issuer"] = "https://id.example.org" }).AddInMemoryCollection(settings);
        });
        // What needs the database's own words is read when it is put together.
        app.Services.GetService(typeof(Storage.Database));
        return app;
    }
}
