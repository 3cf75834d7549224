using Pynomaly.Identity.Protocol;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>What every request meets first (HP-01, HP-04, HP-05, HP-07, DO-01, DO-02, DO-10, XS-08).</summary>
public sealed class FrontDoorTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /")]
    [InlineData("GET /nothing-here")]
    [InlineData("GET /.well-known/openid-configuration")]
    [InlineData("GET /connect/token")]
    [InlineData("GET /connect/nothing")]
    [InlineData("GET /health/live")]
    [InlineData("GET /assets/0/none.css")]
    [InlineData("POST /connect/token")]
    public async Task Every_answer_carries_the_security_headers(string request)
    {
        var answer = await server.SendAsync(request, "Content-Type: text/plain\r\n", "x", Stop);

        Assert.Contains("\r\nX-Content-Type-Options: nosniff\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nReferrer-Policy: no-referrer\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nCross-Origin-Opener-Policy: same-origin\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Security-Policy: default-src 'none'", answer, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nServer:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host: evil.example\r\n")]
    [InlineData("Host: localhost.evil.example\r\n")]
    [InlineData("Host: evil.example\r\nX-Forwarded-Host: localhost:5080\r\n")]
    public async Task A_foreign_host_name_is_refused(string headers)
    {
        var answer = await server.SendAsync("GET /.well-known/openid-configuration", headers, cancellationToken: Stop);

        Assert.Equal(400, RunningServer.StatusOf(answer));
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_health_question_is_answered_under_any_host_name()
    {
        Assert.Equal(200, RunningServer.StatusOf(await server.SendAsync("GET /health/ready", "Host: 10.0.0.7\r\n", cancellationToken: Stop)));
    }

    [Fact]
    public async Task Two_host_names_are_refused()
    {
        Assert.Equal(400, RunningServer.StatusOf(await server.SendAsync("GET /", $"Host: {server.Address.Authority}\r\nHost: evil.example\r\n", cancellationToken: Stop)));
    }

    [Fact]
    public async Task A_forwarded_scheme_or_host_of_a_stranger_changes_nothing()
    {
        var answer = await server.SendAsync("GET /.well-known/openid-configuration", "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Original-URL: /account\r\n", cancellationToken: Stop);

        Assert.Contains("\"issuer\":\"http://localhost:5080\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//connect/token")]
    [InlineData("/connect/TOKEN")]
    [InlineData("/CONNECT/token")]
    [InlineData("/connect/token/")]
    [InlineData("/connect/token;a=b")]
    [InlineData("/connect/token%20")]
    [InlineData("/admin/..;/connect/token")]
    public async Task Only_the_exact_path_leads_to_an_endpoint(string path)
    {
        Assert.Equal(404, RunningServer.StatusOf(await server.SendAsync($"POST {path}", "Content-Type: application/x-www-form-urlencoded\r\n", "grant_type=x", Stop)));
    }

    [Fact]
    public async Task Another_method_is_answered_405_with_those_there_are()
    {
        var answer = await server.SendAsync("DELETE /connect/token", cancellationToken: Stop);

        Assert.Equal(405, RunningServer.StatusOf(answer));
        Assert.Contains("\r\nAllow: POST\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_is_GET_without_a_body()
    {
        var answer = await server.SendAsync("HEAD /.well-known/jwks", cancellationToken: Stop);

        Assert.Equal(200, RunningServer.StatusOf(answer));
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/signin")]
    [InlineData("/connect/introspect")]
    public async Task A_body_of_more_than_64_KB_is_refused(string path)
    {
        var answer = await server.SendAsync($"POST {path}", $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {ProtocolRequest.MaxBody + 1}\r\n", cancellationToken: Stop);

        Assert.Equal(413, RunningServer.StatusOf(answer));
    }

    [Theory]
    [InlineData("/api/admin/v1/configuration", ProtocolRequest.MaxConfiguration)]
    [InlineData("/api/admin/v1/configuration/plan", ProtocolRequest.MaxConfiguration)]
    [InlineData("/api/admin/v1/configuration/drift", ProtocolRequest.MaxBody)]
    [InlineData("/api/admin/v1/imports", ProtocolRequest.MaxImport)]
    [InlineData("/api/admin/v1/users", ProtocolRequest.MaxBody)]
    public async Task A_file_may_be_large_where_operators_send_files_and_nobody_else_has_it_read(string path, int most)
    {
        var tooLarge = await server.SendAsync($"POST {path}", $"Content-Type: application/json\r\nContent-Length: {most + 1}\r\n", cancellationToken: Stop);

        Assert.Equal(413, RunningServer.StatusOf(tooLarge));
        if (most == ProtocolRequest.MaxBody) return;
        var nobodys = await server.SendAsync($"POST {path}", $"Content-Type: application/json\r\nContent-Length: {most}\r\n", cancellationToken: Stop);
        Assert.Equal(401, RunningServer.StatusOf(nobodys)); // answered before a byte of it has come
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        Assert.Equal(415, RunningServer.StatusOf(await server.SendAsync("POST /connect/token", "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\n", "x", Stop)));
    }

    [Theory]
    [InlineData(16 * 1024, 1, 414)]
    [InlineData(10, 100, 431)]
    public async Task Lines_and_headers_have_their_limits(int path, int headers, int status)
    {
        var answer = await server.SendAsync($"GET /{new string('a', path)}", string.Concat(Enumerable.Range(0, headers).Select(i => $"X-H{i}: v\r\n")), cancellationToken: Stop);

        Assert.Equal(status, RunningServer.StatusOf(answer));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration", true)]
    [InlineData("/.well-known/jwks", true)]
    [InlineData("/connect/revocations", true)]
    [InlineData("/connect/authorize", false)]
    [InlineData("/", false)]
    public async Task Scripts_of_other_sites_may_read_only_what_is_published(string path, bool allowed)
    {
        var answer = await server.SendAsync($"GET {path}", "Origin: https://app.example\r\n", cancellationToken: Stop);

        Assert.Equal(allowed, answer.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("Access-Control-Allow-Credentials", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_says_JSON_and_keeps_its_refusals_out_of_caches()
    {
        var answer = await server.SendAsync("POST /connect/token", "Content-Type: text/plain\r\n", "x", Stop);

        Assert.Contains("\r\nContent-Type: application/json\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: no-store\r\n", answer, StringComparison.Ordinal);
    }
}
