using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Client authentication, secrets above all: the group CA of the attack catalogue. Registration (CA-16) stands with the rules of client metadata.</summary>
public abstract class ClientAuthenticationAttacks(TestServer server) : ClientAuthenticationSuite(server)
{
    [Fact]
    public async Task CA_01_two_methods_at_once_are_refused()
    {
        var (client, key) = await SignerAsync();
        var assertion = key.Assert(client, TestServer.Issuer, Now);

        foreach (var fields in new (string, string)[][] { [("client_secret", TestData.Secret), ("client_id", TestData.Service)], [("client_assertion_type", JwtBearer), ("client_assertion", assertion)] })
            await (await TokenAsync(Basic(TestData.Service, TestData.Secret), fields)).AssertRefusedAsync("invalid_request");
        await (await TokenAsync(null, ("client_id", client), ("client_secret", TestData.Secret), ("client_assertion_type", JwtBearer), ("client_assertion", assertion))).AssertRefusedAsync("invalid_request");
        await (await TokenAsync(null, ("client_id", TestData.Service), ("client_id", TestData.Service))).AssertRefusedAsync("invalid_request");
    }

    [Fact]
    public async Task CA_02_only_the_registered_method_counts()
    {
        var post = await AddClientAsync(Service with { TokenEndpointAuthMethod = "client_secret_post" });
        var (signer, _) = await SignerAsync();

        await RefusedAsync(await TokenAsync(Basic(post, TestData.Secret)), basic: true);
        await RefusedAsync(await TokenAsync(null, ("client_id", TestData.Service), ("client_secret", TestData.Secret)));
        await RefusedAsync(await TokenAsync(null, ("client_id", signer), ("client_secret", TestData.Secret)));
        await RefusedAsync(await TokenAsync(null, ("client_id", TestData.Native), ("client_secret", TestData.Secret)));
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(null, ("client_id", post), ("client_secret", TestData.Secret))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("dGVzdC1zZWNyZXQtb2YtMjU2LWJpdHMtZm9yLXN1aXR")]
    [InlineData("DGVzdC1zZWNyZXQtb2YtMjU2LWJpdHMtZm9yLXN1aXRl")]
    public async Task CA_03_a_wrong_or_empty_secret_is_refused(string secret)
    {
        var without = await AddClientAsync(Service, client => client.Secrets = []);

        await RefusedAsync(await TokenAsync(Basic(TestData.Service, secret)), basic: true);
        await RefusedAsync(await TokenAsync(Basic(without, secret)), basic: true);
        await RefusedAsync(await TokenAsync(Basic("nobody", secret)), basic: true);
    }

    [Fact]
    public async Task CA_03_what_the_database_keeps_of_a_secret_is_no_secret() =>
        await RefusedAsync(await TokenAsync(Basic(TestData.Service, TestData.SecretHash(TestData.Secret))), basic: true);

    [Fact]
    public async Task CA_04_a_confidential_client_must_prove_itself()
    {
        await RefusedAsync(await TokenAsync(null, ("client_id", TestData.Service)));
        await RefusedAsync(await TokenAsync(null, ("client_id", "nobody")));
        await RefusedAsync(await TokenAsync(null));
    }

    [Fact]
    public async Task CA_05_identifier_and_secret_are_form_encoded_in_the_header()
    {
        const string id = "a:b%c+d e";
        const string secret = "s:e%c+r et~0123456789012345";
        await AddClientAsync(id, Service, secret);

        var right = $"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}";
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync(Header(Encoding.UTF8.GetBytes(right)))).StatusCode);
        await RefusedAsync(await TokenAsync(Header(Encoding.UTF8.GetBytes($"{id}:{secret}"))), basic: true);
    }

    [Theory]
    [InlineData("service")]
    [InlineData("service%")]
    [InlineData("service:%zz")]
    [InlineData("service:%ff%fe")]
    [InlineData("service:a%00b")]
    [InlineData(":")]
    public async Task CA_05_a_malformed_pair_is_refused(string pair) => await RefusedAsync(await TokenAsync(Header(Encoding.UTF8.GetBytes(pair))), basic: true);

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!")]
    [InlineData("Basic c2VydmljZQ")]
    [InlineData("bAsIc /v8=")]
    public async Task CA_05_a_malformed_header_is_refused(string header) => await RefusedAsync(await TokenAsync(header), basic: true);

    [Fact]
    public async Task CA_18_headers_of_a_certificate_prove_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = Form(("client_id", TestData.Service), ("grant_type", "client_credentials")) };
        foreach (var header in new[] { "X-Client-Cert", "X-SSL-Client-Cert", "X-ARR-ClientCert", "Client-Cert", "X-Forwarded-Client-Cert" }) request.Headers.Add(header, "MIIB");

        await RefusedAsync(await Machine.SendAsync(request));
    }

    [Fact]
    public async Task CA_20_an_old_secret_counts_as_long_as_it_overlaps_and_every_refusal_reads_the_same()
    {
        const string fresh = "a-new-secret-of-more-than-128-bits-0123456789";
        var now = Now;
        var client = await AddClientAsync(Service, c => c.Secrets = [new ClientSecret(TestData.SecretHash(fresh), now, null), new ClientSecret(TestData.SecretHash(TestData.Secret), now, now.AddHours(1))]);

        await AcceptedAsync(await TokenAsync(Basic(client, TestData.Secret)));
        await AcceptedAsync(await TokenAsync(Basic(client, fresh)));
        Server.Clock.Move(TimeSpan.FromHours(1));
        var expired = await TokenAsync(Basic(client, TestData.Secret));
        await AcceptedAsync(await TokenAsync(Basic(client, fresh)));
        await ExecuteAsync("UPDATE applications SET is_enabled = $2 WHERE client_id = $1", client, false);
        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();
        var disabled = await TokenAsync(Basic(client, fresh));
        var unknown = await TokenAsync(Basic("nobody", fresh));

        foreach (var refusal in new[] { expired, disabled, unknown }) await RefusedAsync(refusal, basic: true);
        Assert.Equal(await expired.Content.ReadAsStringAsync(), await disabled.Content.ReadAsStringAsync());
        Assert.Equal(await expired.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task No_secret_and_no_assertion_is_ever_logged()
    {
        var (client, key) = await SignerAsync();
        var assertion = key.Assert(client, TestServer.Issuer, Now);
        await AcceptedAsync(await AssertAsync(assertion));
        await RefusedAsync(await AssertAsync(assertion));
        await RefusedAsync(await TokenAsync(Basic(TestData.Service, "a-secret-that-is-wrong-but-still-secret")), basic: true);
        await RefusedAsync(await TokenAsync(Basic("two\r\nlines", TestData.Secret)), basic: true);

        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("still-secret", StringComparison.Ordinal) || line.Contains(assertion, StringComparison.Ordinal) || line.Contains(TestData.Secret, StringComparison.Ordinal));
        Assert.Contains(Server.Logs.Lines, line => line.Contains("two??lines", StringComparison.Ordinal));
    }
}

/// <summary>On SQLite.</summary>
public sealed class ClientAuthenticationAttacksOnSqlite(SqliteServer server) : ClientAuthenticationAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class ClientAuthenticationAttacksOnPostgreSql(PostgreSqlServer server) : ClientAuthenticationAttacks(server), IClassFixture<PostgreSqlServer>;
