using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What a person ends and the entry of it in the audit trail are one: when the entry cannot be written, nothing has ended.</summary>
public abstract class OneTransactionTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task A_session_ends_only_with_its_entry()
    {
        var (person, own, other) = await SignedInTwiceAsync("OwnSessionEnded");

        await Assert.ThrowsAnyAsync<Exception>(() => Get<OwnSessions>().EndAsync(new DefaultHttpContext(), own, other, CancellationToken.None));

        Assert.Equal(2, await CountAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person));
    }

    [Fact]
    public async Task The_other_sessions_end_only_with_their_entry_and_all_or_none()
    {
        var (person, own, _) = await SignedInTwiceAsync("OtherSessionsEnded");

        await Assert.ThrowsAnyAsync<Exception>(() => Get<OwnSessions>().EndOthersAsync(new DefaultHttpContext(), own, CancellationToken.None));

        Assert.Equal(2, await CountAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SessionEnded' AND session_id IN (SELECT id FROM sessions WHERE user_id = $1)", person));
    }

    [Fact]
    public async Task An_application_loses_its_access_only_with_the_entry()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var tokens = await Server.TokensAsync(client, person, "openid pynomaly_api");
        await RefuseAsync("ConnectionWithdrawn", person.Id);

        await Assert.ThrowsAnyAsync<Exception>(() => Get<Connections>().WithdrawAsync(new DefaultHttpContext(), SessionOf(person.Id, "s"), client, CancellationToken.None));

        Assert.True(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM authorizations WHERE user_id = $1 AND ended IS NULL", person.Id));
    }

    [Fact]
    public async Task A_browser_is_distrusted_only_with_the_entry()
    {
        var (person, own, _) = await SignedInTwiceAsync("DeviceDistrusted");
        await ExecuteAsync("UPDATE devices SET trusted_until = $1 WHERE user_id = $2", Server.Clock.GetUtcNow().AddDays(1), person);
        var device = (await Get<TrustedDevices>().ListAsync(own, CancellationToken.None))[0].Id;

        await Assert.ThrowsAnyAsync<Exception>(() => Get<TrustedDevices>().DistrustAsync(new DefaultHttpContext(), own, device, CancellationToken.None));

        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM devices WHERE id = $1 AND trusted_until IS NOT NULL", device));
    }

    [Fact]
    public async Task The_trail_says_secured_only_of_an_account_whose_sessions_have_ended()
    {
        var (person, own, _) = await SignedInTwiceAsync("UserEnded");

        await Assert.ThrowsAnyAsync<Exception>(() => Get<SecureAccount>().RunAsync(new DefaultHttpContext(), own, CancellationToken.None));

        Assert.Equal(2, await CountAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name = 'AccountSecured'", person));
    }

    [Fact]
    public async Task A_deletion_is_noted_only_together_with_the_end_of_the_sessions()
    {
        var (person, own, _) = await SignedInTwiceAsync("UserEnded");
        own = own.With(own.KeyHash, Server.Clock.GetUtcNow(), Server.Clock.GetUtcNow(), ["pwd"], "mfa", null);

        await Assert.ThrowsAnyAsync<Exception>(() => Get<Deletion>().AskAsync(new DefaultHttpContext(), own, CancellationToken.None));

        Assert.Equal(2, await CountAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person));
        Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND delete_after IS NULL", person));
    }

    private async Task<(string Person, Session Own, string Other)> SignedInTwiceAsync(string refused)
    {
        var person = await TestPerson.AddAsync(Server);
        await Server.SignedInAsync(person);
        var own = (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", person.Id))!;
        await Server.SignedInAsync(person);
        var other = (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1 AND id <> $2", person.Id, own))!;
        await RefuseAsync(refused, person.Id);
        return (person.Id, SessionOf(person.Id, own), other);
    }

    // The database refuses this one entry about this one person.
    private Task<int> RefuseAsync(string name, string person) => ExecuteAsync(Get<Database>().IsSqlite
        ? $"CREATE TRIGGER refuse_{Guid.NewGuid():N} BEFORE INSERT ON audit_events WHEN NEW.name = '{name}' AND NEW.user_id = '{person}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        : $"ALTER TABLE audit_events ADD CONSTRAINT refuse_{Guid.NewGuid():N} CHECK (name <> '{name}' OR user_id <> '{person}') NOT VALID");

    private static Session SessionOf(string person, string id) => new() { Id = id, KeyHash = "", UserId = person };

    private T Get<T>() where T : notnull => Server.Services.GetRequiredService<T>();

    private async Task<int> CountAsync(string sql, params object?[] values) => Convert.ToInt32(await Server.ScalarAsync(sql, values), CultureInfo.InvariantCulture);
}

/// <inheritdoc />
public sealed class OneTransactionTestsOnSqlite(SqliteServer server) : OneTransactionTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class OneTransactionTestsOnPostgreSql(PostgreSqlServer server) : OneTransactionTests(server), IClassFixture<PostgreSqlServer>;
