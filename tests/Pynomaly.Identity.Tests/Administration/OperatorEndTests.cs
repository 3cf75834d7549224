using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>What operators end ends whole, API keys' tokens included, and only of people whom they may touch.</summary>
public abstract class OperatorEndTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task AK_02_disabling_deleting_and_signing_out_end_the_tokens_of_the_persons_keys()
    {
        var users = Get<UserAdministration>();
        foreach (var (act, isRefused) in (IEnumerable<(Func<string, Task>, bool)>)
        [
            (id => users.DisableAsync(Operator.CommandLine, id, null, Stop), true), (id => users.DeleteAsync(Operator.CommandLine, id, false, null, Stop), true),
            (id => users.EndSessionsAsync(Operator.CommandLine, id, Stop), false),
        ])
        {
            var person = await TestPerson.AddAsync(Server, roles: "viewer");
            var key = await Server.KeyAsync(person, "read:datasets");
            var token = await Server.Machine().TokenOfAsync(key);
            Assert.True(await Server.Machine().IsActiveAsync(token));

            await act(person.Id);

            Assert.False(await Server.Machine().IsActiveAsync(token));
            Assert.Equal(isRefused ? 2000 : 0, await CutAsync(key) - Server.Clock.GetUtcNow().ToUnixTimeMilliseconds()); // exchanges under way on other nodes
        }
    }

    [Fact]
    public async Task Tokens_of_API_keys_end_too_where_a_role_is_taken_and_tokens_are_to_end()
    {
        var (role, kept) = (await RoleAsync("read:datasets"), await RoleAsync("read:datasets"));
        var (one, two) = (await TestPerson.AddAsync(Server, roles: role), await TestPerson.AddAsync(Server, roles: kept));
        var tokens = new[] { await Server.Machine().TokenOfAsync(await Server.KeyAsync(one, "read:datasets")), await Server.Machine().TokenOfAsync(await Server.KeyAsync(two, "read:datasets")) };

        await Get<RoleAdministration>().UnassignAsync(Operator.CommandLine, one.Id, role, true, Stop);
        Assert.False(await Server.Machine().IsActiveAsync(tokens[0]));
        Assert.True(await Server.Machine().IsActiveAsync(tokens[1]));
        await Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, kept, new RoleChange { Permissions = [] }, true, null, Stop);

        Assert.False(await Server.Machine().IsActiveAsync(tokens[1]));
    }

    [Fact]
    public async Task AK_02_a_key_that_is_narrowed_is_cut_off_a_little_ahead_for_what_other_nodes_have_under_way()
    {
        var key = await Server.KeyAsync(await TestPerson.AddAsync(Server, roles: "viewer"), "read:datasets", "read:results");

        await Get<ApiKeys>().ChangeAsync(Operator.CommandLine, TestKeys.IdOf(key), new ApiKeyChange { Permissions = ["read:results"] }, null, Stop);

        Assert.Equal(2000, await CutAsync(key) - Server.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Server.Clock.Move(TimeSpan.FromSeconds(3));
        Assert.True(await Server.Machine().IsActiveAsync(await Server.Machine().TokenOfAsync(key)));
    }

    [Fact]
    public async Task AD_03_a_user_manager_ends_no_session_grant_or_token_of_who_may_do_more()
    {
        var (manager, owner, person) = (await AdminAsync("user_manager"), await AdminAsync("owner"), await TestPerson.AddAsync(Server));
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();
        var key = await Server.Machine().TokenOfAsync(await Server.KeyAsync(await TestPerson.AddAsync(Server, roles: ["owner", "viewer"]), "read:datasets"));

        await RefusedAsync("DELETE", $"/sessions/{await IdAsync("sessions", owner.Person.Id)}", manager.Token);
        await RefusedAsync("DELETE", $"/grants/{await IdAsync("authorizations", owner.Person.Id)}", manager.Token);
        await RefusedAsync("POST", "/revocations", manager.Token, new { token = owner.Token });
        await RefusedAsync("POST", "/revocations", manager.Token, new { token = key });

        await AskAsync("GET", "/operator", owner.Token); // untouched
        Assert.True(await Server.Machine().IsActiveAsync(key));
        await AskAsync("POST", "/revocations", manager.Token, new { token = tokens.AccessToken });
        await AskAsync("DELETE", $"/grants/{await IdAsync("authorizations", person.Id)}", manager.Token, status: HttpStatusCode.NoContent);
        await AskAsync("DELETE", $"/sessions/{await IdAsync("sessions", person.Id)}", manager.Token, status: HttpStatusCode.NoContent);
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task AD_03_a_user_manager_ends_no_token_of_a_service_that_may_do_more()
    {
        var manager = await AdminAsync("user_manager");
        var robot = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["*:*"], Scope = "administration" });
        var token = (await (await Server.Machine().TokenAsync(robot, ("grant_type", "client_credentials"), ("scope", "administration"))).TokensAsync()).AccessToken;

        await RefusedAsync("POST", "/revocations", manager.Token, new { token });
        await RefusedAsync("POST", $"/clients/{robot}/end-tokens", manager.Token);

        await AskAsync("GET", "/operator", token); // untouched
    }

    [Fact]
    public async Task AD_03_a_jti_alone_is_ended_by_who_may_end_any_token()
    {
        var (manager, officer, owner) = (await AdminAsync("user_manager"), await AdminAsync("security_officer"), await AdminAsync("owner"));
        var jti = OAuth.Claims(owner.Token).GetProperty("jti").GetString();

        await RefusedAsync("POST", "/revocations", manager.Token, new { token = jti });
        await AskAsync("GET", "/operator", owner.Token); // untouched
        await AskAsync("POST", "/revocations", officer.Token, new { token = jti });
        await RefusedAsync("GET", "/operator", owner.Token, status: HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AD_03_a_client_is_cut_off_by_who_may_do_all_that_its_people_may()
    {
        var id = await AddClientAsync(new ClientMetadata { RedirectUris = ["https://c.test/cb"], GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid administration", Consent = "implicit" });
        var (manager, officer) = (await AdminAsync("user_manager"), await AdminAsync("security_officer"));
        var (person, owner) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server, withApp: true, "owner"));
        await TokensAsync(id, person);
        await AskAsync("POST", $"/clients/{id}/end-tokens", manager.Token, status: HttpStatusCode.NoContent);

        Server.Clock.Move(TimeSpan.FromSeconds(3)); // the cut-off is past
        var token = await TokensAsync(id, owner);

        await RefusedAsync("POST", $"/clients/{id}/end-tokens", manager.Token);
        await AskAsync("GET", "/operator", token); // untouched
        await AskAsync("POST", $"/clients/{id}/end-tokens", officer.Token, status: HttpStatusCode.NoContent);
        await RefusedAsync("GET", "/operator", token, status: HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AD_03_nobody_opens_a_key_that_may_do_more_than_they_to_other_addresses()
    {
        var (manager, owner) = (await AdminAsync("client_manager"), await AdminAsync("owner"));
        var robot = await AddClientAsync(new ClientMetadata { GrantTypes = ["client_credentials"], ResponseTypes = [], Permissions = ["manage:keys", "view:clients"], Scope = "administration" });
        var strong = await KeyIdAsync(owner.Token, robot, "manage:keys");
        var weak = await KeyIdAsync(owner.Token, robot, "view:clients");

        await RefusedAsync("PATCH", $"/api-keys/{strong}", manager.Token, new { allowed_addresses = Array.Empty<string>() });

        await AskAsync("PATCH", $"/api-keys/{weak}", manager.Token, new { allowed_addresses = Array.Empty<string>() });
    }

    [Fact]
    public async Task A_role_that_somebody_fills_again_while_it_is_emptied_for_its_end_is_not_deleted()
    {
        var (roles, role, pause) = (Get<RoleAdministration>(), await RoleAsync("read:datasets"), new HeldPause(Server.Clock));
        await TestPerson.AddAsync(Server, roles: role);

        var deletion = ActivatorUtilities.CreateInstance<RoleAdministration>(Server.Services, pause).DeleteAsync(Operator.CommandLine, role, true, true, null, Stop);
        await Task.WhenAny(deletion, pause.Begun);
        Assert.Equal("[]", await Server.ScalarAsync("SELECT permissions FROM roles WHERE name = $1", role));
        await roles.ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:results"] }, false, null, Stop);
        pause.End();

        Assert.Equal(AdministrationProblem.Changed, (await Assert.ThrowsAsync<AdministrationException>(() => deletion)).Problem);
        Assert.Equal(["read:results"], (await roles.GetAsync(Operator.CommandLine, role, Stop)).Patterns.Select(pattern => pattern.Pattern));
    }

    [Fact]
    public async Task AD_05_a_box_that_was_ticked_for_the_old_address_vouches_for_no_other_one()
    {
        var (owner, person, browser) = (await TestPerson.AddAsync(Server, withApp: true, "owner"), await TestPerson.AddAsync(Server), Server.Browser());
        await AdminTokenAsync(owner, browser: browser);
        var edit = $"/admin/people/{person.Id}/edit";
        var account = async () => (await Get<People>().GetAsync(Operator.CommandLine, person.Id, Stop)).Account;
        var moved = $"moved-{person.Name}@example.org";

        await SaveAsync();
        Assert.Equal((moved, false), ((await account()).Email, (await account()).EmailVerified));
        await SaveAsync();
        Assert.True((await account()).EmailVerified); // ticked for it anew

        Server.Clock.Move(TimeSpan.FromMinutes(11));
        Assert.StartsWith("/signin/confirm", (await browser.GetAsync(edit)).Headers.Location?.OriginalString, StringComparison.Ordinal); // before anything is typed

        async Task SaveAsync() => Assert.Equal(HttpStatusCode.SeeOther,
            (await browser.SubmitAsync(await browser.GetAsync(edit), "save-person", ("username", person.Name), ("email", moved), ("emailverified", "true"))).StatusCode);
    }

    private async Task<string> TokensAsync(string client, TestPerson person) =>
        (await (await Server.Machine().RedeemAsync(await Server.GrantAsync(client, "https://c.test/cb", "openid administration", person.Name))).TokensAsync()).AccessToken;

    private async Task<string> KeyIdAsync(string token, string client, string permission)
    {
        var made = await AskAsync("POST", "/api-keys", token, new { client_id = client, name = "Robot", permissions = new[] { permission }, allowed_addresses = new[] { "192.0.2.1" } }, HttpStatusCode.Created);
        return made.GetProperty("id").GetString()!;
    }

    private async Task<long> CutAsync(string key) => (long)(await Server.ScalarAsync("SELECT issued_before FROM revocations WHERE kind = 'client_id' AND subject = $1", TestKeys.IdOf(key)))!;

    private async Task<string> IdAsync(string table, string userId) => (string)(await Server.ScalarAsync($"SELECT id FROM {table} WHERE user_id = $1", userId))!;

    // The server's clock; but a pause that is made by this one lasts until the test has done what it wants to do within it.
    private sealed class HeldPause(TimeProvider clock) : TimeProvider, ITimer
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _end;

        public Task Begun => _begun.Task;

        public void End() => _end!();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _end = () => callback(state);
            _begun.SetResult();
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>On SQLite.</summary>
public sealed class OperatorEndTestsOnSqlite(SqliteServer server) : OperatorEndTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class OperatorEndTestsOnPostgreSql(PostgreSqlServer server) : OperatorEndTests(server), IClassFixture<PostgreSqlServer>;
