using System.IO.Compression;
using System.Net;
using System.Text;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Protocol;

/// <summary>Nobody leads the server into its own network, and nobody keeps it busy. Attacks SR-01 to SR-04.</summary>
public sealed class OutboundHttpTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("https://127.1:{0}/")]
    [InlineData("https://2130706433:{0}/")]
    [InlineData("https://0x7f000001:{0}/")]
    [InlineData("https://0177.0.0.1:{0}/")]
    [InlineData("https://0.0.0.0:{0}/")]
    [InlineData("https://[::1]:{0}/")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("https://[::ffff:7f00:1]:{0}/")]
    [InlineData("https://localhost:{0}/")]
    [InlineData("https://LOCALHOST.:{0}/")]
    [InlineData("https://anything.localhost:{0}/")]
    [InlineData("https://user@127.0.0.1:{0}/")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("ftp://127.0.0.1:{0}/")]
    [InlineData("gopher://127.0.0.1:{0}/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("unix:///var/run/x.sock")]
    [InlineData("//127.0.0.1:{0}/")]
    [InlineData("https://example.org\\@127.0.0.1:{0}/")]
    public async Task An_inside_address_is_refused_before_anybody_is_asked(string url)
    {
        await using var canary = Canary.Saying(() => "{}");
        using var http = Http(Options(), (_, _) => throw new InvalidOperationException("no name is resolved for it"));

        await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync(string.Format(null, url, canary.Port), "application/json", None));

        Assert.Equal(0, canary.Hits);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task A_name_that_leads_inside_is_not_followed(string address)
    {
        await using var canary = Canary.Saying(() => "{}");
        using var http = Http(Options(), (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }));

        var refusal = await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"https://rebind.example.org:{canary.Port}/", "application/json", None));

        Assert.Contains("no public address", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, canary.Hits);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void The_public_internet_is_outside(string address) => Assert.True(OutboundAddress.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task An_allowed_host_is_fetched_from_even_by_http()
    {
        await using var canary = Canary.Saying(() => "hello");
        using var http = Http(Options(canary.Authority));

        Assert.Equal("hello", Encoding.UTF8.GetString(await http.GetAsync($"http://{canary.Authority}/keys", "application/json", None)));
    }

    [Fact]
    public async Task Another_port_of_an_allowed_host_is_not_allowed()
    {
        await using var canary = Canary.Saying(() => "hello");
        using var http = Http(Options("127.0.0.1:1"));

        await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"http://{canary.Authority}/", "application/json", None));

        Assert.Equal(0, canary.Hits);
    }

    [Theory]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    public async Task A_redirect_is_not_followed(string status)
    {
        await using var inside = Canary.Saying(() => "secret");
        await using var canary = Canary.Saying(() => "", status, $"Location: http://{inside.Authority}/\r\n");
        using var http = Http(Options(canary.Authority, inside.Authority));

        await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"http://{canary.Authority}/", "application/json", None));

        Assert.Equal(0, inside.Hits);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("500 Internal Server Error")]
    [InlineData("204 No Content")]
    public async Task Only_a_200_counts(string status)
    {
        await using var canary = Canary.Saying(() => "{}", status);
        using var http = Http(Options(canary.Authority));

        await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"http://{canary.Authority}/", "application/json", None));

        Assert.Equal(1, canary.Hits);
    }

    [Theory]
    [InlineData("Content-Length: 10000000")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("X-Nothing: until the connection closes")]
    public async Task An_answer_that_does_not_end_is_cut_off(string header)
    {
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string('x', 0x1000) + "\r\n");
        await using var canary = new Canary(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{header}\r\n\r\n"), stop);
            for (var i = 0; i < 1000; i++) await stream.WriteAsync(chunk, stop);
        });
        using var http = Http(Options(canary.Authority));

        var refusal = await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"http://{canary.Authority}/", "application/json", None));

        Assert.Contains("256 KB", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(new byte[10_000_000], None);
        await using var canary = new Canary(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(bomb.ToArray(), stop);
        });
        using var http = Http(Options(canary.Authority));

        var refusal = await Assert.ThrowsAsync<OutboundException>(() => http.GetAsync($"http://{canary.Authority}/", "application/json", None));

        Assert.Contains("compressed", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")]
    public async Task An_answer_that_trickles_or_never_comes_is_given_up_and_holds_up_nobody_else(string beginning)
    {
        await using var slow = new Canary(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), stop);
            for (var i = 0; i < 60; i++)
            {
                await Task.Delay(1000, stop);
                if (beginning.Length > 0) await stream.WriteAsync("x"u8.ToArray(), stop);
            }
        });
        await using var quick = Canary.Saying(() => "hello");
        using var http = new OutboundHttp(Options(slow.Authority, quick.Authority));

        await Until.TrueAsync(async () =>
        {
            var waiting = http.GetAsync($"http://{slow.Authority}/", "application/json", None);
            var other = await Record.ExceptionAsync(async () => Assert.Equal("hello", Encoding.UTF8.GetString(await http.GetAsync($"http://{quick.Authority}/", "application/json", None))));
            var isHeldUp = waiting.IsCompleted;
            var refusal = await Assert.ThrowsAsync<OutboundException>(() => waiting);
            Assert.Contains("5 seconds", refusal.Message, StringComparison.Ordinal);

            if (other is not null) Assert.IsType<OutboundException>(other);
            return other is null && !isHeldUp; // on a starved machine five seconds may be over before anything is answered
        }, "somebody else is answered meanwhile");
    }

    // Five seconds are for the one test about them.
    private static OutboundHttp Http(ServerOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new(options, resolve ?? Dns.GetHostAddressesAsync) { Longest = Until.Patience };

    private static ServerOptions Options(params string[] allowed) => new()
    {
        Issuer = "https://id.test", DatabaseProvider = "Sqlite", ConnectionString = "Data Source=none", KeysDirectory = "none", OutboundAllowedHosts = allowed,
    };
}
