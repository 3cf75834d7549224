using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What touches the safety of an account asks for a fresh and strong proof itself, whatever page or program calls it (MF-10, ASVS 7.5.1).</summary>
public abstract class StaleProofTests(TestServer server) : ServerSuite(server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(11, "mfa")]
    [InlineData(0, "pwd")]
    public async Task MF_10_No_factor_is_added_or_removed_and_no_account_ended_by_a_proof_that_is_old_or_weak(int minutes, string level)
    {
        var person = await TestPerson.AddAsync(Server, withApp: true);
        await TestPerson.AddAppAsync(Server, person);
        var app = (string)(await Server.ScalarAsync("SELECT id FROM authenticators WHERE user_id = $1", person.Id))!;
        await ExecuteAsync("""
            INSERT INTO passkeys (id, user_id, name, public_key, sign_count, transports, is_backup_eligible, is_backed_up, aaguid, attestation_format, created)
            VALUES ($1, $2, 'key', 'x', 0, '[]', $3, $3, '', 'none', $4)
            """, person.Id, person.Id, false, Server.Clock.GetUtcNow());
        var (_, session) = await SecurityTestActs.SessionAsync(Server, person.Id, TimeSpan.FromMinutes(minutes), level);
        var (context, changes) = (Visitor.Stranger(), Server.Services.GetRequiredService<FactorChanges>());
        context.Items[typeof(Session)] = session;
        var enrolment = await Server.Services.GetRequiredService<Authenticators>().BeginAsync(context, person.Id, None);
        Server.Apps.Scan(person.Name, enrolment.Key);

        Assert.Equal(FactorChange.NotConfirmed, await changes.RemoveAuthenticatorAsync(context, session, app, None));
        Assert.Equal(FactorChange.NotConfirmed, await changes.RemovePasskeyAsync(context, session, person.Id, None));
        Assert.Null(await changes.BeginAuthenticatorAsync(context, session, None));
        Assert.Equal(FactorChange.NotConfirmed, await changes.AddAuthenticatorAsync(context, session, enrolment.Handle, Server.Apps.Code(person.Name), "Phone", None));
        Assert.Null(await changes.AddPasskeyAsync(context, session, "x", "{}", null, None));
        Assert.Null(await changes.MakeBackupCodesAsync(context, session, None));
        Assert.IsType<DeletionResult.NotConfirmed>(await Server.Services.GetRequiredService<Deletion>().AskAsync(context, session, None));
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND delete_after IS NULL", person.Id));
        Assert.Equal(new FactorChoices(1, 2, 0), await Server.Services.GetRequiredService<SecondFactors>().ChoicesAsync(person.Id, None));
    }

    [Fact]
    public async Task The_first_factor_puts_out_whoever_came_in_by_the_password_alone()
    {
        var person = await TestPerson.AddAsync(Server);
        var other = await Server.SignedInAsync(person);
        var (_, session) = await SecurityTestActs.SessionAsync(Server, person.Id);
        var (context, changes) = (Visitor.Stranger(), Server.Services.GetRequiredService<FactorChanges>());
        context.Items[typeof(Session)] = session;
        var enrolment = (await changes.BeginAuthenticatorAsync(context, session, None))!;
        Server.Apps.Scan(person.Name, enrolment.Key);

        Assert.Equal(FactorChange.Done, await changes.AddAuthenticatorAsync(context, session, enrolment.Handle, Server.Apps.Code(person.Name), "Phone", None));

        Assert.Equal(System.Net.HttpStatusCode.SeeOther, (await other.GetAsync("/account")).StatusCode);
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL", person.Id));
    }
}

public sealed class StaleProofTestsOnSqlite(SqliteServer server) : StaleProofTests(server), IClassFixture<SqliteServer>;

public sealed class StaleProofTestsOnPostgreSql(PostgreSqlServer server) : StaleProofTests(server), IClassFixture<PostgreSqlServer>;
