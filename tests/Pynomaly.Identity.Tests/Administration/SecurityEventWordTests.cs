using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tests.SelfService;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What a security event says is true: which sessions ended and which go on, who began it, and in which request.</summary>
public abstract class SecurityEventWordTests(TestServer server) : HookSuite(server)
{
    [Fact]
    public async Task The_session_that_goes_on_after_a_new_password_is_not_told_as_ended()
    {
        await using var push = await PushReceiver.StartAsync();
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        await Server.SignedInAsync(person);
        var own = await SessionOfAsync(person);
        var other = OAuth.Claims((await Server.TokensAsync(client, person)).AccessToken).GetProperty("sid").GetString()!;
        await CreateAsync(push, []);

        Assert.IsType<PasswordChangeResult.Changed>(await Server.Services.GetRequiredService<PasswordChange>().ChangeAsync(new DefaultHttpContext(), own, TestData.Password, "nine brown otters swim", default));

        await ToldAsync(push, 3);
        Assert.Equal(["session-revoked", "session-revoked", "credential-change"], push.Pushes.Select(one => one.Type));
        Assert.Equal(other, push.Pushes[0].Subject.GetProperty("session").GetProperty("id").GetString());
        Assert.Equal(client, push.Pushes[1].Subject.GetProperty("application").GetProperty("id").GetString());
        Assert.All(push.Pushes, one => Assert.DoesNotContain(own.Id, one.Claims.GetRawText(), StringComparison.Ordinal));
        Assert.All(push.Pushes.Take(2), one => Assert.Equal(("complex", person.Id), (one.Subject.GetProperty("format").GetString(), one.Subject.GetProperty("user").GetProperty("sub").GetString())));
    }

    [Fact]
    public async Task Each_requests_events_name_its_transaction()
    {
        await using var push = await PushReceiver.StartAsync();
        using var machine = Server.Machine();
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var (one, two) = (await Server.TokensAsync(client, person, "openid offline_access account"), await Server.TokensAsync(client, person, "openid offline_access account"));
        await CreateAsync(push, []);

        foreach (var token in (string[])[one.RefreshToken!, two.RefreshToken!]) await machine.PostAsClientAsync("/connect/revoke", client, ("token", token));
        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(person.Id, "test", null, default);

        await ToldAsync(push, 3);
        var transactions = push.Pushes.ToArray()[..2].Select(told => told.Claims.GetProperty("txn").GetString()).ToArray();
        Assert.All(transactions, transaction => Assert.False(string.IsNullOrEmpty(transaction)));
        Assert.NotEqual(transactions[0], transactions[1]);
        Assert.False(push.Pushes[2].Claims.TryGetProperty("txn", out _)); // by no request
        Assert.All(push.Pushes, told => Assert.DoesNotContain("$txn", told.Claims.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_began_it_is_told_in_the_words_of_CAEP()
    {
        await using var push = await PushReceiver.StartAsync();
        using var machine = Server.Machine();
        var (person, leaving) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var client = await AddClientAsync(AccountWalk.ApiClient());
        await Server.SignedInAsync(person);
        var own = await SessionOfAsync(person);
        var (reused, revoked) = (await Server.TokensAsync(client, person, "openid offline_access account"), await Server.TokensAsync(client, person, "openid offline_access account"));
        var next = await (await machine.RefreshAsync(client, reused.RefreshToken!)).TokensAsync();
        await machine.RefreshAsync(client, next.RefreshToken!);
        await CreateAsync(push, ["session-revoked"]);

        await Server.Services.GetRequiredService<OwnSessions>().EndAsync(new DefaultHttpContext(), own, own.Id, default);
        await machine.RefreshAsync(client, reused.RefreshToken!);
        await machine.PostAsClientAsync("/connect/revoke", client, ("token", revoked.RefreshToken!));
        await Server.Services.GetRequiredService<UserAdministration>().EndSessionsAsync(Operator.CommandLine, person.Id, default);
        await Server.ExecuteAsync("UPDATE users SET delete_after = $1 WHERE id = $2", Server.Clock.GetUtcNow(), leaving.Id);
        await Server.Services.GetRequiredService<Deletion>().DeleteDueAsync(default);
        await Server.Services.GetRequiredService<SecureAccount>().RunAsync(new DefaultHttpContext(), own, default);

        await ToldAsync(push, 6);
        Assert.Equal(["user", "system", "system", "admin", "policy", "user"], push.Pushes.Select(one => one.Event.GetProperty("initiating_entity").GetString()));
    }

    private Task<EventReceiver> CreateAsync(PushReceiver push, IReadOnlyList<string> events) => Server.Services.GetRequiredService<EventReceivers>().CreateAsync(Operator.CommandLine,
        new EventReceiverInput { Name = "test", Url = push.Url, Audience = "https://api.test", Events = events }, default);

    private async Task<Session> SessionOfAsync(TestPerson person)
    {
        var now = Server.Clock.GetUtcNow();
        return new Session { Id = (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", person.Id))!, KeyHash = "", UserId = person.Id }.With("", now, now, ["pwd"], "pwd", null);
    }

    private static Task ToldAsync(PushReceiver push, int count) => Until.TrueAsync(() => Task.FromResult(push.Pushes.Count >= count), $"{count} events were told");
}

/// <inheritdoc />
public sealed class SecurityEventWordTestsOnSqlite(SqliteHookServer server) : SecurityEventWordTests(server), IClassFixture<SqliteHookServer>;

/// <inheritdoc />
public sealed class SecurityEventWordTestsOnPostgreSql(PostgreSqlHookServer server) : SecurityEventWordTests(server), IClassFixture<PostgreSqlHookServer>;
