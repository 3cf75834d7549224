using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Webhooks: told in order, signed, tried again, and only where an operator may send the trail.</summary>
public abstract class WebhookTests(TestServer server) : HookSuite(server)
{
    private static readonly EventId Happened = new(5501, "SignedIn");

    private Webhooks Hooks => Server.Services.GetRequiredService<Webhooks>();

    [Fact]
    public async Task Entries_are_told_in_their_order_each_once_and_signed()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var (hook, secret) = await CreateAsync(receiver);

        await EnterAndSealAsync(12);
        await ToldAsync(hook.Id);
        await EnterAndSealAsync(3);
        await ToldAsync(hook.Id);

        var told = receiver.Messages.Where(message => message.Json.GetProperty("type").GetString() == "SignedIn").ToList();
        Assert.True(told.Count >= 15);
        Assert.Equal(receiver.Messages.Select(message => message.Sequence).Order().Distinct(), receiver.Messages.Select(message => message.Sequence));
        Assert.All(receiver.Messages, message => Assert.True(message.IsSigned(secret, Server.Clock.GetUtcNow())));
        Assert.Equal(receiver.Messages.Count, receiver.Messages.Select(message => message.Id).Distinct().Count());
        Assert.Equal("192.0.2.1", told[0].Json.GetProperty("data").GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_receiver_that_fails_is_told_again_of_the_same_and_of_nothing_later_before()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = number => number is 1 or 2 ? 500 : 204;
        var (hook, _) = await CreateAsync(receiver, "SignedIn");
        await EnterAndSealAsync(3);

        await Until.TrueAsync(async () => (await FindAsync(hook.Id)).FailedCount == 1);
        var failed = await FindAsync(hook.Id);
        Assert.Equal("The answer was 500", failed.LastError);
        Assert.True(failed.NextAttempt > Server.Clock.GetUtcNow());
        await DeliverAsync();
        Assert.Equal(2, receiver.Messages.Count); // its pause is not over
        Server.Clock.Move(TimeSpan.FromSeconds(7));
        await DeliverAsync();
        await Until.TrueAsync(async () => (await FindAsync(hook.Id)).FailedCount == 2);
        Server.Clock.Move(TimeSpan.FromSeconds(13));
        await DeliverAsync();
        await ToldAsync(hook.Id);

        Assert.Equal(5, receiver.Messages.Count);
        Assert.Equal(receiver.Messages[1].Id, receiver.Messages[2].Id);
        Assert.Equal(receiver.Messages[1].Id, receiver.Messages[3].Id);
        Assert.Equal(3, receiver.Messages.Select(message => message.Id).Distinct().Count());
        Assert.Equal(0, (await FindAsync(hook.Id)).FailedCount);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_or_failed_for_days_is_disabled_and_that_is_entered()
    {
        await using var receiver = await HookReceiver.StartAsync();
        receiver.Answer = _ => 410;
        var (gone, _) = await CreateAsync(receiver, "SignedIn");
        await EnterAndSealAsync(1);
        await Until.TrueAsync(async () => !(await FindAsync(gone.Id)).IsEnabled);

        await using var broken = await HookReceiver.StartAsync();
        broken.Answer = _ => 503;
        var (failing, _) = await CreateAsync(broken, "SignedIn");
        await EnterAndSealAsync(1);
        await Until.TrueAsync(async () => (await FindAsync(failing.Id)).FailedCount == 1);
        await ExecuteAsync("UPDATE webhooks SET failed_count = $1, next_attempt = 0 WHERE id = $2", (long)WebhookDelivery.MostTries - 1, failing.Id);
        await DeliverAsync();
        await Until.TrueAsync(async () => !(await FindAsync(failing.Id)).IsEnabled);

        foreach (var id in new[] { gone.Id, failing.Id })
            Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'WebhookGivenUp' AND detail LIKE $1", $"%{id}%"));
        receiver.Answer = _ => 200;
        await Hooks.ChangeAsync(Operator.CommandLine, gone.Id, new WebhookInput { IsEnabled = true }, null, default);
        await DeliverAsync();
        await ToldAsync(gone.Id); // it goes on where it stopped: nothing was lost
        Assert.Equal(receiver.Messages[0].Id, receiver.Messages[1].Id);
    }

    [Fact]
    public async Task Only_the_events_that_were_asked_for_are_told()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var (hook, _) = await CreateAsync(receiver, "SignInFailed");

        await EnterAndSealAsync(5);
        await Server.Services.GetRequiredService<AuditTrail>().WriteAsync(new AuditEntry(new EventId(5502, "SignInFailed")) { UserId = "x" }, default);
        await EnterAndSealAsync(5);
        await ToldAsync(hook.Id);

        Assert.All(receiver.Messages, message => Assert.Equal("SignInFailed", message.Json.GetProperty("type").GetString()));
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task Fifty_deliveries_at_once_tell_each_entry_once()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var (hook, _) = await CreateAsync(receiver, "SignedIn");
        await EnterAndSealAsync(20);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => DeliverAsync()));
        await ToldAsync(hook.Id);

        Assert.Equal(receiver.Messages.Count, receiver.Messages.Select(message => message.Id).Distinct().Count());
        Assert.Equal(receiver.Messages.Select(message => message.Sequence).Order(), receiver.Messages.Select(message => message.Sequence));
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_a_day()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var (hook, old) = await CreateAsync(receiver, "SignedIn");
        var next = await Hooks.RotateSecretAsync(Operator.CommandLine, hook.Id, null, default);

        Assert.True((await Hooks.TestAsync(Operator.CommandLine, hook.Id, default)).IsDelivered);
        Server.Clock.Move(TimeSpan.FromHours(25));
        Assert.True((await Hooks.TestAsync(Operator.CommandLine, hook.Id, default)).IsDelivered);

        var tests = receiver.Messages.Where(message => message.Json.GetProperty("type").GetString() == "Test").ToList();
        Assert.True(tests[0].IsSigned(old, Server.Clock.GetUtcNow().AddHours(-25)));
        Assert.True(tests[0].IsSigned(next, Server.Clock.GetUtcNow().AddHours(-25)));
        Assert.True(tests[1].IsSigned(next, Server.Clock.GetUtcNow()));
        Assert.False(tests[1].IsSigned(old, Server.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task The_query_of_a_receiver_which_may_hold_its_token_is_not_entered_in_the_trail()
    {
        var token = Guid.NewGuid().ToString("N");
        var (hook, _) = await Hooks.CreateAsync(Operator.CommandLine, new WebhookInput { Name = "x", Url = $"https://example.org:8443/in/audit?token={token}", IsEnabled = false }, default);
        await Hooks.ChangeAsync(Operator.CommandLine, hook.Id, new WebhookInput { Name = "y" }, null, default);
        await Hooks.RemoveAsync(Operator.CommandLine, hook.Id, null, default);

        Assert.Equal(3L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE detail LIKE $1 AND detail LIKE '%https://example.org:8443/in/audit\"%'", $"%{hook.Id}%"));
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE detail LIKE $1", $"%{token}%"));
    }

    [Theory]
    [InlineData("http://example.org/hook")]
    [InlineData("https://localhost/hook")]
    [InlineData("https://10.0.0.8/hook")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://user:secret@example.org/hook")]
    [InlineData("file:///etc/passwd")]
    public async Task An_address_within_the_operators_network_is_refused(string url)
    {
        var refused = await Assert.ThrowsAsync<AdministrationException>(() => Hooks.CreateAsync(Operator.CommandLine, new WebhookInput { Name = "x", Url = url }, default));

        Assert.Equal("url", Assert.Single(refused.Errors).Field);
    }

    [Theory]
    [InlineData("manage:system")]
    [InlineData("view:audit")]
    public async Task Who_lacks_either_right_sends_the_trail_nowhere(string held)
    {
        var who = new Operator { Id = "x", Kind = OperatorKind.Person, Patterns = [held], IsConfirmed = true };

        Assert.Equal(AdministrationProblem.Forbidden, (await Assert.ThrowsAsync<AdministrationException>(() => Hooks.CreateAsync(who, new WebhookInput { Name = "x", Url = "https://example.org/" }, default))).Problem);
    }

    [Fact]
    public async Task Who_did_not_prove_themselves_a_moment_ago_makes_none()
    {
        var who = new Operator { Id = "x", Kind = OperatorKind.Person, Patterns = ["*:*"], IsConfirmed = false };

        Assert.Equal(AdministrationProblem.NotConfirmed, (await Assert.ThrowsAsync<AdministrationException>(() => Hooks.CreateAsync(who, new WebhookInput { Name = "x", Url = "https://example.org/" }, default))).Problem);
    }

    [Fact]
    public async Task Over_the_API_a_webhook_lives_its_life_and_shows_its_secret_once()
    {
        await using var receiver = await HookReceiver.StartAsync();
        using var machine = Server.Machine();
        var client = await AddClientAsync(new ClientMetadata { ClientName = "Operator", GrantTypes = ["client_credentials"], ResponseTypes = [], Scope = "administration", Permissions = ["view:audit", "manage:system"] });
        machine.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
            (await (await machine.TokenAsync(client, ("grant_type", "client_credentials"), ("scope", "administration"), ("resource", TestServer.Issuer))).TokensAsync()).AccessToken);
        const string path = "/api/admin/v1/webhooks";

        var made = await machine.PostAsJsonAsync(path, new { name = "SIEM", url = receiver.Url, events = new[] { "SignedIn" } });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = (await made.JsonAsync()).GetProperty("id").GetString();
        Assert.StartsWith("whsec_", (await made.JsonAsync()).GetProperty("secret").GetString(), StringComparison.Ordinal);
        var tag = made.Headers.ETag!.Tag;
        Assert.False((await (await machine.GetAsync($"{path}/{id}")).JsonAsync()).TryGetProperty("secret", out _));
        Assert.DoesNotContain("whsec_", await (await machine.GetAsync(path)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True((await (await machine.PostAsync($"{path}/{id}/test", null)).JsonAsync()).GetProperty("delivered").GetBoolean());
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsJsonAsync(path, new { name = "SIEM", url = receiver.Url, events = new[] { "NoSuchThing" } })).StatusCode);
        using var change = new HttpRequestMessage(HttpMethod.Patch, $"{path}/{id}") { Content = JsonContent.Create(new { enabled = false }) };
        change.Headers.TryAddWithoutValidation("If-Match", tag);
        Assert.Equal(HttpStatusCode.OK, (await machine.SendAsync(change)).StatusCode);
        using var late = new HttpRequestMessage(HttpMethod.Patch, $"{path}/{id}") { Content = JsonContent.Create(new { name = "Other" }) };
        late.Headers.TryAddWithoutValidation("If-Match", tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await machine.SendAsync(late)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await machine.DeleteAsync($"{path}/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync($"{path}/{id}")).StatusCode);
        foreach (var name in new[] { "WebhookCreated", "WebhookChanged", "WebhookRemoved" })
            Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = $1 AND actor = $2", name, client));
    }

    private Task<(Webhook Hook, string Secret)> CreateAsync(HookReceiver receiver, params string[] events) =>
        Hooks.CreateAsync(Operator.CommandLine, new WebhookInput { Name = "test", Url = receiver.Url, Events = events }, default);

    private async Task EnterAndSealAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await Server.Services.GetRequiredService<AuditTrail>().WriteAsync(new AuditEntry(Happened) { UserId = "x", Address = "192.0.2.1" }, default);
        await SealedAsync();
    }

    private Task DeliverAsync() => Server.Services.GetRequiredService<WebhookDelivery>().DeliverDueAsync(default);

    private Task<Webhook> FindAsync(string id) => Hooks.FindAsync(Operator.CommandLine, id, default);

    private Task ToldAsync(string id) => Until.TrueAsync(async () =>
    {
        await DeliverAsync();
        return (await FindAsync(id)).Cursor == Convert.ToInt64(await Server.ScalarAsync("SELECT MAX(last_sequence) FROM audit_seals"), System.Globalization.CultureInfo.InvariantCulture);
    }, "everything was told");
}

/// <summary>The same over SQLite.</summary>
public sealed class WebhookTestsOnSqlite(SqliteHookServer server) : WebhookTests(server), IClassFixture<SqliteHookServer>;

/// <summary>The same over PostgreSQL.</summary>
public sealed class WebhookTestsOnPostgreSql(PostgreSqlHookServer server) : WebhookTests(server), IClassFixture<PostgreSqlHookServer>;
