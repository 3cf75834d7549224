using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Administration;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>Everything that ends things of a person, at once and upon one person: it waits, but never two for each other (<see cref="PersonRows"/>).</summary>
public abstract class OneOrderTests(TestServer server) : ServerSuite(server)
{
    private const int Rounds = 6;
    private const int Most = 6;

    [Fact]
    public async Task Fifty_ends_of_one_persons_things_at_once_hold_rows_in_one_order()
    {
        await using var push = await PushReceiver.StartAsync();
        await Get<EventReceivers>().CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "test", Url = push.Url, Audience = "https://api.test" }, default); // events take the turn too
        var client = await AddClientAsync(AccountWalk.ApiClient("openid offline_access pynomaly_api"));
        var before = Get<Database>().Deadlocks;

        for (var round = 0; round < Rounds; round++)
        {
            var acts = await ActsAsync(client, hasLogouts: round % 2 == 0);
            Random.Shared.Shuffle(acts);
            await Task.WhenAll(acts.Select(act => Task.Run(act)));
        }

        Assert.Equal(before, Get<Database>().Deadlocks);
    }

    private async Task<Func<Task>[]> ActsAsync(string client, bool hasLogouts)
    {
        var person = await TestPerson.AddAsync(Server, roles: "viewer");
        List<TokenSet> tokens = [];
        for (var i = 0; i < Most; i++) tokens.Add(await Server.TokensAsync(client, person, "openid offline_access pynomaly_api"));
        List<string> keys = [];
        for (var i = 0; i < Most; i++) keys.Add(TestKeys.IdOf(await Server.KeyAsync(person, "read:datasets")));
        var sessions = tokens.ConvertAll(one => OAuth.Claims(one.AccessToken).GetProperty("sid").GetString()!);
        var now = Server.Clock.GetUtcNow();
        var own = new Session { Id = sessions[0], KeyHash = "", UserId = person.Id }.With("", now, now, ["pwd"], "mfa", null);
        var machine = Server.Machine();

        List<Func<Task>> acts = [];
        foreach (var one in tokens.Take(hasLogouts ? Most : 0)) // without these, what ends all of the person's meets what ends one thing later
        {
            acts.Add(async () => Assert.InRange((int)(await machine.RefreshAsync(client, one.RefreshToken!)).StatusCode, 200, 499));
            acts.Add(async () => Assert.Equal(HttpStatusCode.OK, (await machine.PostAsClientAsync("/connect/revoke", client, ("token", one.RefreshToken!))).StatusCode));
        }

        foreach (var key in keys)
        {
            acts.Add(async () =>
            {
                for (var i = 0; i < 8; i++) await Get<OwnApiKeys>().RotateAsync(new DefaultHttpContext(), own, key, TimeSpan.Zero, default); // some meet the panic button
            });
        }

        foreach (var key in keys.Take(2)) acts.Add(() => Get<OwnApiKeys>().RevokeAsync(new DefaultHttpContext(), own, key, default));
        foreach (var session in sessions.Take(hasLogouts ? Most : 0))
        {
            acts.Add(() => Get<TokenRevoker>().EndSessionAsync(session, "logout", default));
            acts.Add(() => Get<OwnSessions>().EndAsync(new DefaultHttpContext(), own, session, default));
        }

        for (var i = 0; i < 4; i++)
        {
            acts.Add(() => Get<SecureAccount>().RunAsync(new DefaultHttpContext(), own, default));
            acts.Add(() => Get<OwnSessions>().EndOthersAsync(new DefaultHttpContext(), own, default));
            acts.Add(() => Get<UserAdministration>().EndSessionsAsync(Operator.CommandLine, person.Id, default));
            acts.Add(() => Get<Deletion>().AskAsync(new DefaultHttpContext(), own, default));
            acts.Add(() => Get<Connections>().WithdrawAsync(new DefaultHttpContext(), own, client, default));
        }

        return [.. acts];
    }

    private T Get<T>() where T : notnull => Server.Services.GetRequiredService<T>();
}

/// <inheritdoc />
public sealed class OneOrderTestsOnSqlite(SqliteHookServer server) : OneOrderTests(server), IClassFixture<SqliteHookServer>;

/// <inheritdoc />
public sealed class OneOrderTestsOnPostgreSql(PostgreSqlHookServer server) : OneOrderTests(server), IClassFixture<PostgreSqlHookServer>;
