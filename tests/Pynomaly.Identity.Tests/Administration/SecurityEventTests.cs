using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Security events by push: what is told of what, signed, in order, again until it was taken, by one node, and only where an operator may send it.</summary>
public abstract class SecurityEventTests(TestServer server) : HookSuite(server)
{
    private EventReceivers Receivers => Server.Services.GetRequiredService<EventReceivers>();

    private TokenRevoker Revoker => Server.Services.GetRequiredService<TokenRevoker>();

    [Fact]
    public async Task An_event_is_signed_for_its_receiver_and_passes_for_no_token()
    {
        await using var push = await PushReceiver.StartAsync();
        var person = await TestPerson.AddAsync(Server);
        await CreateAsync(push, credential: "Bearer let-me-in");
        var delays = Server.Services.GetRequiredService<RevocationDelays>();
        var measured = delays.Look()[(int)RevocationPath.Push].Count;

        await Revoker.EndUserAsync(person.Id, "test", null, default);

        await ToldAsync(push, 1);
        await Until.TrueAsync(() => Task.FromResult(delays.Look()[(int)RevocationPath.Push].Count > measured), "it was measured");
        var told = push.Pushes[0];
        Assert.Equal("application/secevent+jwt", told.ContentType);
        Assert.Equal("Bearer let-me-in", told.Authorization);
        using var machine = Server.Machine();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(told.Token, new TokenValidationParameters
        {
            ValidIssuer = TestServer.Issuer, ValidAudience = "https://api.test", ValidateLifetime = false, RequireExpirationTime = false, ValidTypes = ["secevent+jwt"], ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = new JsonWebKeySet(await machine.GetStringAsync("/.well-known/jwks")).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal(["iss", "jti", "iat", "aud", "sub_id", "events"], told.Claims.EnumerateObject().Select(claim => claim.Name)); // RFC 8417 §4.5, §4.6: no sub, no exp
        Assert.Equal("session-revoked", told.Type);
        Assert.Equal($$"""{"format":"iss_sub","iss":"{{TestServer.Issuer}}","sub":"{{person.Id}}"}""", told.Subject.GetRawText());
        Assert.Equal("test", told.Event.GetProperty("reason_admin").GetProperty("en").GetString());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo") { Headers = { Authorization = new("Bearer", told.Token) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task What_ends_and_changes_is_told_each_as_what_it_is()
    {
        await using var push = await PushReceiver.StartAsync();
        using var machine = Server.Machine();
        var tokens = await (await machine.RedeemAsync(await Server.GrantAsync())).TokensAsync();
        var session = OAuth.Claims(tokens.AccessToken).GetProperty("sid").GetString()!;
        var grant = Server.Services.GetRequiredService<GrantTokens>().ReadRefreshToken(tokens.RefreshToken!)!.Value.AuthorizationId;
        var person = await TestPerson.AddAsync(Server);
        await CreateAsync(push);
        var roles = Server.Services.GetRequiredService<RoleAdministration>();
        var role = $"role-{Guid.NewGuid():N}"[..20];

        await Revoker.EndAuthorizationAsync(grant, "test", default);
        await Revoker.EndSessionAsync(session, "logout", default);
        await roles.CreateAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:results"] }, default);
        await roles.AssignAsync(Operator.CommandLine, person.Id, role, default);
        await roles.ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:datasets"] }, false, null, default);
        await roles.ChangeAsync(Operator.CommandLine, role, new RoleChange { Description = "other words" }, false, null, default);
        await roles.UnassignAsync(Operator.CommandLine, person.Id, role, false, default);

        await ToldAsync(push, 5);
        Assert.Equal(["session-revoked", "session-revoked", "token-claims-change", "token-claims-change", "token-claims-change"], push.Pushes.Select(one => one.Type));
        Assert.Equal(("web", TestData.Ada), (push.Pushes[0].Subject.GetProperty("application").GetProperty("id").GetString(), push.Pushes[0].Subject.GetProperty("user").GetProperty("sub").GetString()));
        Assert.Equal((session, TestData.Ada), (push.Pushes[1].Subject.GetProperty("session").GetProperty("id").GetString(), push.Pushes[1].Subject.GetProperty("user").GetProperty("sub").GetString()));
        Assert.Contains(role, push.Pushes[2].Event.GetProperty("claims").GetProperty("roles").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("[\"read:datasets\"]", push.Pushes[3].Event.GetProperty("claims").GetProperty("permissions").GetRawText());
        Assert.Equal(role, push.Pushes[3].Subject.GetProperty("group").GetProperty("id").GetString());
        Assert.DoesNotContain(role, push.Pushes[4].Event.GetProperty("claims").GetProperty("roles").EnumerateArray().Select(one => one.GetString()));
        Assert.All(push.Pushes.Skip(2), one => Assert.Equal("admin", one.Event.GetProperty("initiating_entity").GetString()));
    }

    [Fact]
    public async Task A_permission_that_is_deleted_changes_the_roles_that_named_it()
    {
        await using var push = await PushReceiver.StartAsync();
        var (role, permission) = ($"role-{Guid.NewGuid():N}"[..20], $"read:p{Guid.NewGuid():N}"[..20]);
        var permissions = Server.Services.GetRequiredService<PermissionAdministration>();
        await permissions.CreateAsync(Operator.CommandLine, permission, null, null, default);
        await Server.Services.GetRequiredService<RoleAdministration>().CreateAsync(Operator.CommandLine, role, new RoleChange { Permissions = [permission, "write:*"] }, default);
        await CreateAsync(push);

        await permissions.DeleteAsync(Operator.CommandLine, permission, true, null, default);

        await ToldAsync(push, 1);
        Assert.Equal(("token-claims-change", role), (push.Pushes[0].Type, push.Pushes[0].Subject.GetProperty("group").GetProperty("id").GetString()));
        Assert.Equal("[\"write:*\"]", push.Pushes[0].Event.GetProperty("claims").GetProperty("permissions").GetRawText());
    }

    [Fact]
    public async Task A_transaction_that_is_taken_back_tells_nothing()
    {
        await using var push = await PushReceiver.StartAsync();
        await CreateAsync(push);
        var person = await TestPerson.AddAsync(Server);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Server.Services.GetRequiredService<Database>().WriteAsync<bool>(async (sql, stop) =>
        {
            await Revoker.EndUserAsync(sql, person.Id, "test", null, AuditEntry.By("cli"), stop);
            throw new InvalidOperationException("no");
        }, default));
        await Revoker.EndUserAsync(TestData.Cleo, "test", null, default);

        await ToldAsync(push, 1);
        Assert.Equal(TestData.Cleo, push.Pushes[0].Subject.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task A_receiver_that_fails_is_told_again_of_the_same_and_of_nothing_later_before()
    {
        await using var push = await PushReceiver.StartAsync();
        push.Answer = number => Task.FromResult(number switch { 0 => 500, 1 => 200, _ => 202 }); // RFC 8935 §2.2: 202 and nothing else
        var receiver = await CreateAsync(push);
        await EndAsync(3);

        await Until.TrueAsync(async () => (await FindAsync(receiver.Id)).FailedCount == 1);
        Server.Clock.Move(TimeSpan.FromSeconds(2));
        await Until.TrueAsync(async () => (await FindAsync(receiver.Id)).FailedCount == 2);
        Assert.Equal("The answer was 200, not 202", (await FindAsync(receiver.Id)).LastError);
        Server.Clock.Move(TimeSpan.FromSeconds(3));
        await ToldAsync(push, 5);

        Assert.Equal(push.Pushes[0].Id, push.Pushes[1].Id);
        Assert.Equal(push.Pushes[0].Id, push.Pushes[2].Id);
        Assert.Equal(3, push.Pushes.Select(one => one.Id).Distinct().Count());
        await Until.TrueAsync(async () => (await FindAsync(receiver.Id)) is { FailedCount: 0, LastError: null });
    }

    [Fact]
    public async Task One_that_is_slow_holds_up_nobody_else()
    {
        await using var slow = await PushReceiver.StartAsync();
        await using var quick = await PushReceiver.StartAsync();
        var end = new TaskCompletionSource<int>();
        slow.Answer = _ => end.Task;
        await CreateAsync(slow);
        await CreateAsync(quick);

        await EndAsync(1);
        await ToldAsync(slow, 1);
        await EndAsync(2);

        await ToldAsync(quick, 3);
        Assert.Single(slow.Pushes);
        end.SetResult(202);
    }

    [Fact]
    public async Task Two_nodes_and_fifty_deliveries_at_once_tell_each_event_once_in_order()
    {
        await using var push = await PushReceiver.StartAsync();
        var other = Server.ServicesOf(await Server.StartNodeAsync());
        await CreateAsync(push);

        await Task.WhenAll(EndAsync(20), EndAsync(20), Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++) await Task.WhenAll(Server.Services.GetRequiredService<EventDelivery>().DeliverDueAsync(default), other.GetRequiredService<EventDelivery>().DeliverDueAsync(default));
        }));
        await ToldAsync(push, 40);

        await using var session = await Server.Services.GetRequiredService<Database>().ReadAsync(default);
        var expected = await session.ListAsync("SELECT id FROM security_events ORDER BY sequence DESC LIMIT 40", row => row.GetString(0), default);
        Assert.Equal(expected.AsEnumerable().Reverse(), push.Pushes.Select(one => one.Id[..22]));
    }

    [Fact]
    public async Task Only_the_types_that_were_asked_for_are_told_and_nothing_is_written_for_nobody()
    {
        await using var push = await PushReceiver.StartAsync();
        await ExecuteAsync("DELETE FROM event_receivers");
        var before = await Server.ScalarAsync("SELECT COALESCE(MAX(sequence), 0) FROM security_events");
        await EndAsync(1);
        Assert.Equal(before, await Server.ScalarAsync("SELECT COALESCE(MAX(sequence), 0) FROM security_events"));
        await CreateAsync(push, ["token-claims-change"]);

        await EndAsync(2);
        await Server.Services.GetRequiredService<RoleAdministration>().AssignAsync(Operator.CommandLine, (await TestPerson.AddAsync(Server)).Id, "analyst", default);

        await ToldAsync(push, 1);
        Assert.Equal("token-claims-change", push.Pushes.Single().Type);
    }

    [Fact]
    public async Task XS_an_address_inside_the_operators_network_is_refused_and_a_credential_goes_to_no_other_address()
    {
        await using var push = await PushReceiver.StartAsync();
        await Assert.ThrowsAsync<AdministrationException>(() => Receivers.CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "x", Url = "https://10.0.0.1/events" }, default));
        var receiver = await CreateAsync(push, credential: "Bearer secret-of-the-first");
        await using var elsewhere = await PushReceiver.StartAsync();

        await Receivers.ChangeAsync(Operator.CommandLine, receiver.Id, new EventReceiverInput { Url = elsewhere.Url }, null, default);
        Assert.True((await Receivers.TestAsync(Operator.CommandLine, receiver.Id, default)).IsDelivered);

        Assert.Equal("", elsewhere.Pushes.Single().Authorization);
        Assert.Equal("verification", elsewhere.Pushes.Single().Type);
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("secret-of-the-first", StringComparison.Ordinal));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM event_receivers WHERE credential LIKE '%secret%'"));
    }

    [Theory]
    [InlineData("change")]
    [InlineData("delete")]
    public async Task Who_waits_with_a_role_for_the_turn_holds_nothing_that_who_has_it_needs(string act)
    {
        await using var push = await PushReceiver.StartAsync();
        await CreateAsync(push);
        var roles = Server.Services.GetRequiredService<RoleAdministration>();
        var role = $"role-{Guid.NewGuid():N}"[..20];
        await roles.CreateAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:results"] }, default);
        Task? other = null;

        await Server.Services.GetRequiredService<Database>().WriteAsync(async (session, stop) =>
        {
            await ChangeFeed.OrderAsync(session, stop); // as the deletion of a client does first
            other = Task.Run(() => act == "delete"
                ? roles.DeleteAsync(Operator.CommandLine, role, true, false, null, default)
                : roles.ChangeAsync(Operator.CommandLine, role, new RoleChange { Permissions = ["read:datasets"] }, false, null, default), CancellationToken.None);
            if (!session.IsSqlite)
            {
                await Until.TrueAsync(async () => await session.FirstAsync("""
                    SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7009 AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """, row => row.GetInt64(0), stop) >= 1, "the other waits");
                await session.FirstAsync("SELECT number FROM server_state WHERE name = 'changes' FOR UPDATE NOWAIT", row => row.GetInt64(0), stop);
            }

            return await session.ExecuteAsync(ChangeFeed.BumpSql, stop);
        }, default);

        await other!;
    }

    [Fact]
    public async Task A_dead_refresh_token_that_is_revoked_again_is_neither_written_nor_told_again()
    {
        await using var push = await PushReceiver.StartAsync();
        await CreateAsync(push);
        using var machine = Server.Machine();
        var token = (await (await machine.RedeemAsync(await Server.GrantAsync())).TokensAsync()).RefreshToken!;
        var before = await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'AuthorizationEnded'");

        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await machine.PostAsClientAsync("/connect/revoke", TestData.Web, ("token", token))).StatusCode);
        await Revoker.EndUserAsync(TestData.Cleo, "test", null, default);

        await ToldAsync(push, 2);
        Assert.Equal(TestData.Cleo, push.Pushes[1].Subject.GetProperty("sub").GetString());
        Assert.Equal((long)before! + 1, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'AuthorizationEnded'"));
    }

    [Fact]
    public async Task The_transmitter_describes_itself()
    {
        using var machine = Server.Machine();
        var document = await (await machine.GetAsync("/.well-known/ssf-configuration")).JsonAsync();

        Assert.Equal(TestServer.Issuer, document.GetProperty("issuer").GetString());
        Assert.Equal($"{TestServer.Issuer}/.well-known/jwks", document.GetProperty("jwks_uri").GetString());
        Assert.Equal("urn:ietf:rfc:8935", document.GetProperty("delivery_methods_supported")[0].GetString());
    }

    private Task<EventReceiver> CreateAsync(PushReceiver push, IReadOnlyList<string>? events = null, string? credential = null) =>
        Receivers.CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "test", Url = push.Url, Audience = "https://api.test", Events = events, Credential = credential }, default);

    private Task<EventReceiver> FindAsync(string id) => Receivers.FindAsync(Operator.CommandLine, id, default);

    private async Task EndAsync(int count)
    {
        for (var i = 0; i < count; i++) await Revoker.EndUserAsync(TestData.Cleo, "test", null, default);
    }

    private static Task ToldAsync(PushReceiver push, int count) => Until.TrueAsync(() => Task.FromResult(push.Pushes.Count >= count), $"{count} events were told");
}

public sealed class SecurityEventTestsOnSqlite(SqliteHookServer server) : SecurityEventTests(server), IClassFixture<SqliteHookServer>;

public sealed class SecurityEventTestsOnPostgreSql(PostgreSqlHookServer server) : SecurityEventTests(server), IClassFixture<PostgreSqlHookServer>;
