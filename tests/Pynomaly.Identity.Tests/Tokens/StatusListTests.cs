using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Token Status Lists: a bit for each token of a client that asks for it, set when the token is ended, and none for anybody else's.</summary>
public abstract class StatusListTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task A_tokens_bit_is_0_until_it_is_revoked_and_1_on_every_node_after()
    {
        var other = Server.Machine(await Server.StartNodeAsync());
        using var machine = Server.Machine();
        var client = await ClientAsync();
        var (token, neighbour) = (await TokenAsync(machine, client), await TokenAsync(machine, client));
        Assert.False(await IsEndedAsync(machine, token));

        var measured = Measured();

        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsClientAsync("/connect/revoke", client, ("token", token))).StatusCode);

        Assert.True(await IsEndedAsync(machine, token));
        Assert.False(await IsEndedAsync(machine, neighbour));
        Assert.Equal(measured + 1, Measured()); // once, though two copies say so
        await Until.TrueAsync(() => IsEndedAsync(other, token), "the other node says so too");
    }

    [Fact]
    public async Task Ending_a_session_sets_the_bits_of_its_tokens()
    {
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata
        {
            RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid offline_access pynomaly_api", Consent = "implicit", StatusList = true,
        });
        var first = await (await machine.RedeemAsync(await Server.GrantAsync(client))).TokensAsync();
        var second = await (await machine.RefreshAsync(client, first.RefreshToken!)).TokensAsync();

        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Ada, "test", null, default);

        Assert.True(await IsEndedAsync(machine, first.AccessToken));
        Assert.True(await IsEndedAsync(machine, second.AccessToken));
        Assert.NotEqual(PlaceOf(first.AccessToken), PlaceOf(second.AccessToken));
    }

    [Fact]
    public async Task A_cut_off_of_the_client_or_the_key_sets_every_bit_of_it()
    {
        using var machine = Server.Machine();
        var (one, two) = (await ClientAsync(), await ClientAsync());
        var (cut, stays) = (await TokenAsync(machine, one), await TokenAsync(machine, two));

        await Server.Services.GetRequiredService<RevocationAdministration>().CutOffClientAsync(Operator.CommandLine, one, default);

        Assert.True(await IsEndedAsync(machine, cut));
        Assert.False(await IsEndedAsync(machine, stays));
        Server.Clock.Move(TimeSpan.FromSeconds(2));
        Assert.False(await IsEndedAsync(machine, await TokenAsync(machine, one)));
    }

    [Fact]
    public async Task Who_does_not_ask_has_no_place_and_no_row()
    {
        using var machine = Server.Machine();
        var before = await Server.ScalarAsync("SELECT COUNT(*) FROM status_entries");

        var claims = OAuth.Claims(await TokenAsync(machine, TestData.Service));

        Assert.False(claims.TryGetProperty("status", out _));
        Assert.Equal(before, await Server.ScalarAsync("SELECT COUNT(*) FROM status_entries"));
    }

    [Fact]
    public async Task Fifty_tokens_at_once_have_fifty_places_that_follow_no_order()
    {
        using var machine = Server.Machine();
        var client = await ClientAsync();

        var places = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => PlaceOf(await TokenAsync(machine, client))));

        Assert.Equal(50, places.Distinct().Count());
        Assert.True(places.Max(place => place.Index) > 1000); // fifty in turn would be the first fifty
    }

    [Fact]
    public async Task Fifty_first_tokens_at_once_open_one_list()
    {
        using var machine = Server.Machine();
        var client = await ClientAsync();
        Server.Clock.Move(TimeSpan.FromMinutes(61));

        var places = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => PlaceOf(await TokenAsync(machine, client))));

        Assert.Single(places.Select(place => place.Address).Distinct());
    }

    [Fact]
    public async Task Fifty_who_ask_at_once_share_one_copy_for_a_second_whatever_ends_meanwhile()
    {
        using var machine = Server.Machine();
        var client = await ClientAsync();
        var token = await TokenAsync(machine, client);
        var address = PlaceOf(token).Address;
        Server.Clock.Move(TimeSpan.FromSeconds(1));

        var copies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => machine.GetStringAsync(address)));
        await machine.PostAsClientAsync("/connect/revoke", client, ("token", token));
        var later = await machine.GetStringAsync(address);

        Assert.Single(copies.Append(later).Distinct()); // a signature of ES256 is never the same twice
        Assert.True(await IsEndedAsync(machine, token));
    }

    [Fact]
    public async Task A_list_goes_when_its_tokens_have_expired_and_takes_none_after_an_hour()
    {
        using var machine = Server.Machine();
        var client = await ClientAsync();
        var old = PlaceOf(await TokenAsync(machine, client));
        Server.Clock.Move(TimeSpan.FromMinutes(61));
        var next = PlaceOf(await TokenAsync(machine, client));
        Assert.NotEqual(old.Address, next.Address);
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync(old.Address)).StatusCode);

        Server.Clock.Move(TimeSpan.FromMinutes(70));
        await Server.Services.GetRequiredService<Pruning>().PruneAsync(default);

        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(old.Address)).StatusCode);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM status_entries WHERE list = $1", long.Parse(old.Address.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync(next.Address)).StatusCode);
    }

    private Task<string> ClientAsync() => AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "pynomaly_api", Permissions = ["read:*"], StatusList = true });

    private static async Task<string> TokenAsync(HttpClient machine, string client) => (await (await machine.TokenAsync(client, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;

    private static (int Index, string Address) PlaceOf(string token)
    {
        var place = OAuth.Claims(token).GetProperty("status").GetProperty("status_list");
        return (place.GetProperty("idx").GetInt32(), place.GetProperty("uri").GetString()!);
    }

    // As a stranger's API would, by the draft alone.
    private long Measured() => Server.Services.GetRequiredService<RevocationDelays>().Look().Single(delay => delay.Path == RevocationPath.StatusList).Count;

    private async Task<bool> IsEndedAsync(HttpClient machine, string token)
    {
        var (index, address) = PlaceOf(token);
        Server.Clock.Move(TimeSpan.FromSeconds(1)); // for so long a copy is used
        var response = await machine.GetAsync(address);
        Assert.Equal("application/statuslist+jwt", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = TestServer.Issuer, ValidateAudience = false, ValidateLifetime = false, ValidTypes = [StatusLists.Type], ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = new JsonWebKeySet(await machine.GetStringAsync("/.well-known/jwks")).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        var claims = JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(text.Split('.')[1]));
        Assert.Equal(address, claims.GetProperty("sub").GetString());
        Assert.InRange(claims.GetProperty("ttl").GetInt32(), 1, 60);
        Assert.Equal(1, claims.GetProperty("status_list").GetProperty("bits").GetInt32());
        using var zlib = new ZLibStream(new MemoryStream(System.Buffers.Text.Base64Url.DecodeFromChars(claims.GetProperty("status_list").GetProperty("lst").GetString()!)), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        await zlib.CopyToAsync(bits);
        return (bits.ToArray()[index / 8] >> (index % 8) & 1) == 1;
    }
}

public sealed class StatusListTestsOnSqlite(SqliteServer server) : StatusListTests(server), IClassFixture<SqliteServer>;

public sealed class StatusListTestsOnPostgreSql(PostgreSqlServer server) : StatusListTests(server), IClassFixture<PostgreSqlServer>;
