using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Grants;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Keys that are exchanged, rotated, revoked and made at the same moment, on two nodes.</summary>
public abstract class ApiKeyRaceTests(TestServer server) : ServerSuite(server)
{
    private const int Tries = 50;

    [Fact]
    public async Task AK_02_no_token_of_fifty_exchanges_lives_after_the_revocation_is_acknowledged()
    {
        var (key, id) = await ServiceKeyAsync();
        var nodes = await NodesAsync();
        var begun = 0;
        var exchanges = Enumerable.Range(0, Tries).Select(i => Task.Run(async () =>
        {
            Interlocked.Increment(ref begun);
            var answer = await nodes[i % 2].ExchangeAsync(key);
            return answer.IsSuccessStatusCode ? (await answer.TokensAsync()).AccessToken : null;
        })).ToList();
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref begun) >= Tries / 4));

        await Keys.RevokeAsync(Operator.CommandLine, id, null, CancellationToken.None);
        var late = await Task.WhenAll(Enumerable.Range(0, Tries).Select(i => nodes[i % 2].ExchangeAsync(key)));

        var tokens = (await Task.WhenAll(exchanges)).OfType<string>().ToList();
        Assert.All(late, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        foreach (var token in tokens) Assert.False(await nodes[0].IsActiveAsync(token));
        await Until.TrueAsync(async () =>
        {
            foreach (var token in tokens)
                if (await nodes[1].IsActiveAsync(token)) return false;
            return true;
        }, "the other node hears of it");
    }

    [Fact]
    public async Task AK_02_an_exchange_that_read_the_key_before_it_was_revoked_signs_a_dead_token()
    {
        var (key, id) = await ServiceKeyAsync();
        var (client, _) = await Until.FreshAsync(() => Server.Services.GetRequiredService<ApiKeyAuthentication>().FindAsync(id, key, null, CancellationToken.None).AsTask());
        await Keys.RevokeAsync(Operator.CommandLine, id, null, CancellationToken.None);
        Server.Clock.Move(TimeSpan.FromSeconds(5)); // a slow node

        var grant = await Server.Services.GetServices<IGrant>().Single(one => one.GrantType == "client_credentials").ValidateAsync(ProtocolRequest.Of([new("grant_type", "client_credentials")]), client!, null, CancellationToken.None);
        var late = (await Server.Services.GetRequiredService<TokenIssuer>().IssueAsync(grant, CancellationToken.None))!.AccessToken;

        Assert.False(await Server.Machine().IsActiveAsync(late));
    }

    [Fact]
    public async Task AK_08_fifty_rotations_at_once_have_one_winner_and_every_exchange_meanwhile_is_by_a_key_that_holds()
    {
        var (key, id) = await ServiceKeyAsync();
        var nodes = await NodesAsync();
        var seen = await Keys.GetAsync(Operator.CommandLine, id, CancellationToken.None);
        Server.Clock.Move(TimeSpan.FromSeconds(1));

        var exchanges = Enumerable.Range(0, Tries).Select(i => Task.Run(() => nodes[i % 2].ExchangeAsync(key))).ToList();
        var rotations = await Task.WhenAll(Enumerable.Range(0, Tries).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await Keys.RotateAsync(Operator.CommandLine, id, TimeSpan.FromHours(1), ApiKeys.VersionOf(seen), CancellationToken.None)).Key;
            }
            catch (AdministrationException e) when (e.Problem == AdministrationProblem.Changed)
            {
                return null;
            }
        })));

        var made = Assert.Single(rotations.OfType<string>());
        Assert.All(await Task.WhenAll(exchanges), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode)); // before and after: it overlaps
        Assert.Equal(HttpStatusCode.OK, (await nodes[1].ExchangeAsync(made)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nodes[1].ExchangeAsync(key)).StatusCode);
        Server.Clock.Move(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.OK, (await nodes[1].ExchangeAsync(made)).StatusCode);
        await (await nodes[1].ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AK_08_a_key_that_is_rotated_without_overlap_ends_with_the_answer()
    {
        var (key, id) = await ServiceKeyAsync();

        var made = await Keys.RotateAsync(Operator.CommandLine, id, TimeSpan.Zero, null, CancellationToken.None);

        await (await Server.Machine().ExchangeAsync(key)).AssertRefusedAsync("invalid_client", HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await Server.Machine().ExchangeAsync(made.Key)).StatusCode);
    }

    [Fact]
    public async Task AK_09_fifty_keys_at_once_are_no_more_than_there_may_be()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");

        var made = await Task.WhenAll(Enumerable.Range(0, Tries).Select(_ => Task.Run(() => Server.KeyAsync(person, "read:datasets"))));

        Assert.Equal(25, made.Count(key => key is not null));
        Assert.Equal(25L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM api_keys WHERE user_id = $1", person.Id), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task AK_02_a_cut_off_of_the_owner_does_not_shorten_a_revocation()
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        var key = await Server.KeyAsync(person, "read:datasets");
        await Keys.RevokeAsync(Operator.CommandLine, TestKeys.IdOf(key), null, CancellationToken.None);
        var before = await CutOffAsync(key);

        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(person.Id, "test", null, CancellationToken.None);

        Assert.Equal(before, await CutOffAsync(key));
    }

    [Fact]
    public async Task The_last_use_is_entered_once_for_many_and_never_goes_back()
    {
        var (key, id) = await ServiceKeyAsync();
        var uses = Server.Services.GetRequiredService<ApiKeyUses>();
        for (var i = 0; i < 20; i++) await Server.Machine(address: "203.0.113.5").TokenOfAsync(key);
        var commits = Server.Services.GetRequiredService<Database>().Commits;

        await uses.FlushAsync(CancellationToken.None);

        var now = Server.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await Until.TrueAsync(async () => (await Keys.GetAsync(Operator.CommandLine, id, CancellationToken.None)).LastUsed?.ToUnixTimeMilliseconds() == now, "the last use is entered"); // the timer may be at it in this moment
        Assert.Equal("203.0.113.5", (await Keys.GetAsync(Operator.CommandLine, id, CancellationToken.None)).LastUsedAddress);
        if (Server.Provider == "Sqlite") Assert.InRange(Server.Services.GetRequiredService<Database>().Commits - commits, 0, 19); // the timer may have been first; other jobs write too, but not as often as it was used
    }

    private ApiKeys Keys => Server.Services.GetRequiredService<ApiKeys>();

    private async Task<long> CutOffAsync(string key) => Convert.ToInt64(await Server.ScalarAsync("SELECT issued_before FROM revocations WHERE kind = 'client_id' AND subject = $1", TestKeys.IdOf(key)), System.Globalization.CultureInfo.InvariantCulture);

    private async Task<(string Key, string Id)> ServiceKeyAsync()
    {
        var service = await AddClientAsync(TestKeys.Service());
        var key = await Server.KeyAsync(null, service, new ApiKeyDraft { Name = "job", Permissions = ["read:*"] });
        return (key, TestKeys.IdOf(key));
    }

    private async Task<HttpClient[]> NodesAsync()
    {
        var second = Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();
        return [Server.Machine(), Server.Machine(second)];
    }
}

/// <inheritdoc />
public sealed class ApiKeyRaceTestsOnSqlite(SqliteServer server) : ApiKeyRaceTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class ApiKeyRaceTestsOnPostgreSql(PostgreSqlServer server) : ApiKeyRaceTests(server), IClassFixture<PostgreSqlServer>;
