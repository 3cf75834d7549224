using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Abuse;

/// <summary>The settings that keep the server from banning, and who is never banned.</summary>
public static class AbuseModeTests
{
    private static async Task<int> ProbeAsync(TestServer server, string? address)
    {
        using var prober = server.Machine(address: address);
        for (var i = 0; i < 20; i++) await prober.GetAsync("/.env");
        return server.Services.GetRequiredService<Bans>().Look(address is null ? null : IPAddress.Parse(address));
    }

    public sealed class Watching(Watching.Server server) : IClassFixture<Watching.Server>
    {
        [Fact]
        public async Task Watching_tells_whom_it_would_have_banned_and_bans_nobody()
        {
            Assert.Equal(0, await ProbeAsync(server, "198.51.100.7"));
            Assert.Contains(server.Logs.Lines, line => line.Contains("3502 Source 198.51.100.7 would be banned", StringComparison.Ordinal));
        }

        public sealed class Server() : TestServer("Sqlite")
        {
            protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Abuse:Mode", "Watch")];
        }
    }

    public sealed class Blind(Blind.Server server) : IClassFixture<Blind.Server>
    {
        [Fact]
        public async Task Off_keeps_no_scores()
        {
            Assert.Equal(0, await ProbeAsync(server, "198.51.100.7"));
            Assert.DoesNotContain(server.Logs.Lines, line => line.Split(' ')[1].StartsWith("Pynomaly.Identity.Abuse.", StringComparison.Ordinal));
        }

        public sealed class Server() : TestServer("Sqlite")
        {
            protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Abuse:Mode", "Off")];
        }
    }

    public sealed class Enforcing(Enforcing.Server server) : IClassFixture<Enforcing.Server>
    {
        [Theory]
        [InlineData(null)]
        [InlineData("127.0.0.1")]
        [InlineData("::1")]
        [InlineData("203.0.113.77")]
        [InlineData("10.1.2.3")]
        [InlineData("192.0.2.1")]
        public async Task This_machine_named_proxies_and_exempt_networks_are_never_banned(string? address) => Assert.Equal(0, await ProbeAsync(server, address));

        [Theory]
        [InlineData("203.0.112.1")]
        [InlineData("192.0.2.2")]
        [InlineData("2001:db8:1:2::9")]
        public async Task Anybody_else_is(string address) => Assert.NotEqual(0, await ProbeAsync(server, address));

        public sealed class Server() : TestServer("Sqlite")
        {
            protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
                [new("Identity:Abuse:NeverBan", "203.0.113.0/24, 192.0.2.1"), new("Identity:TrustedProxies", "10.0.0.0/8")];
        }
    }
}
