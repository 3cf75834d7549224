using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What was begun before a change of the account's safety ends nowhere after it: sign-ins whose password was looked at already, links, the trust in browsers (ASVS 7.4.3).</summary>
public abstract class StampTests(MailboxServer server) : MailSuite(server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("password")]
    [InlineData("address")]
    [InlineData("reset")]
    [InlineData("factors")]
    [InlineData("factor")]
    [InlineData("panic")]
    [InlineData("deletion")]
    public async Task A_sign_in_that_was_begun_before_a_change_ends_nowhere_after_it(string change)
    {
        var person = await TestPerson.AddAsync(Server, withApp: change is "factors" or "factor");
        var services = Server.Services;
        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!; // as the sign-in read it

        var now = Server.Clock.GetUtcNow();
        await ExecuteAsync("INSERT INTO tokens (id, kind, user_id, created, expires) VALUES ($1, 'password_reset', $2, $3, $4)", $"t-{person.Id}", person.Id, now, now.AddMinutes(15));
        await ExecuteAsync("INSERT INTO devices (id, key_hash, user_id, first_seen, last_seen, trusted_until, access_failed_count, lockout_rounds) VALUES ($1, $1, $1, $2, $2, $3, 0, 0)", person.Id, now, now.AddDays(30));

        switch (change)
        {
            case "password": Assert.IsType<PasswordChangeResult.Changed>(await SecurityTestActs.ChangePasswordAsync(Server, person.Id, TestData.Password, NewPassword)); break;
            case "address": Assert.True(await SecurityTestActs.ChangeEmailAsync(Mailbox, person, $"new-{person.Name}@example.org")); break;
            case "reset": await UseAsync(await ResetLinkAsync(person), "set-password", ("password", NewPassword)); break;
            case "factors":
                var link = (await services.GetRequiredService<AccountRegistry>().ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, None))!;
                Assert.IsType<LinkResult.Done>(await services.GetRequiredService<FactorRecovery>().CompleteAsync(new DefaultHttpContext(), link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..], None));
                break;
            default: await InSessionAsync(person, change); break;
        }

        var late = await services.GetRequiredService<SignInCompletion>().AfterPasswordAsync(Visitor.Stranger(), person.Id, stamp, AuthenticationLevels.Password, None);

        Assert.IsType<SignInResult.Failed>(late);
        Assert.NotEqual(stamp, await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND kind = 'password_reset' AND consumed IS NULL", person.Id));
        Assert.Equal(change == "deletion" ? 1L : 0L, await Server.ScalarAsync("SELECT COUNT(*) FROM devices WHERE user_id = $1 AND trusted_until IS NOT NULL", person.Id));
    }

    private async Task InSessionAsync(TestPerson person, string change)
    {
        var (context, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        context.Items[typeof(Session)] = session;
        switch (change)
        {
            case "factor":
                var app = Assert.Single(await Server.Services.GetRequiredService<Authenticators>().ListAsync(person.Id, None));
                Assert.Equal(FactorChange.Done, await Server.Services.GetRequiredService<FactorChanges>().RemoveAuthenticatorAsync(context, session, app.Id, None));
                break;
            case "panic":
                await Server.Services.GetRequiredService<SecureAccount>().RunAsync(context, session, None);
                Assert.Equal("sign-in", await SignInAsync(person.Name, TestData.Password)); // a new one is set by a link
                break;
            default: Assert.IsType<DeletionResult.Asked>(await Server.Services.GetRequiredService<Deletion>().AskAsync(context, session, None)); break;
        }
    }
}

public sealed class StampTestsOnSqlite(SqliteMailboxServer server) : StampTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class StampTestsOnPostgreSql(PostgreSqlMailboxServer server) : StampTests(server), IClassFixture<PostgreSqlMailboxServer>;
