using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Receivers of security events: what is seen of one and by whom, for whom its events are, and what counts against it.</summary>
public abstract class EventReceiverTests(TestServer server) : HookSuite(server)
{
    private EventReceivers Receivers => Server.Services.GetRequiredService<EventReceivers>();

    [Fact]
    public async Task A_try_that_breaks_before_it_leaves_counts_as_failed()
    {
        await using var push = await PushReceiver.StartAsync();
        var receiver = await CreateAsync(push, credential: "Bearer let-me-in");
        await ExecuteAsync("UPDATE event_receivers SET credential = $1 WHERE id = $2", "not base64!", receiver.Id);

        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Cleo, "test", null, default);

        await Until.TrueAsync(async () => (await FindAsync(receiver.Id)) is { FailedCount: 1, LastError: nameof(FormatException) }, "the try counts");
        Assert.Empty(push.Pushes);
    }

    [Fact]
    public async Task A_database_that_refuses_is_asked_again_at_its_time_and_not_at_once()
    {
        await ExecuteAsync("DELETE FROM event_receivers");
        await using var push = await PushReceiver.StartAsync();
        await CreateAsync(push);
        var isSqlite = Server.Services.GetRequiredService<Database>().IsSqlite;
        await ExecuteAsync(isSqlite ? "CREATE TRIGGER stuck BEFORE UPDATE ON event_receivers BEGIN SELECT RAISE(ABORT, 'stuck'); END" : "ALTER TABLE event_receivers ADD CONSTRAINT stuck CHECK (failed_count < 0) NOT VALID");
        try
        {
            await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Cleo, "test", null, default);
            await Until.TrueAsync(() => Task.FromResult(Failures() > 0), "it was refused");
            var (before, since) = (Failures(), TimeProvider.System.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(2));
            Assert.InRange(Failures() - before, 0, 5 * TimeProvider.System.GetElapsedTime(since).TotalSeconds); // once a second, however long the pause became
        }
        finally
        {
            await ExecuteAsync(isSqlite ? "DROP TRIGGER stuck" : "ALTER TABLE event_receivers DROP CONSTRAINT stuck");
        }

        await Until.TrueAsync(() => Task.FromResult(push.Pushes.Count == 1), "the event was told");

        int Failures() => Server.Logs.Lines.Count(line => line.Contains("could not be looked after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AD_07_who_only_reads_does_not_see_the_token_in_an_address()
    {
        await using var push = await PushReceiver.StartAsync();
        var reader = new Operator { Id = TestData.Ada, Kind = OperatorKind.Person, Patterns = [ManagementPermissions.ViewAudit] };
        var made = await Receivers.CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "test", Url = push.Url + "?token=of-the-receiver" }, default);

        var seen = await Receivers.FindAsync(reader, made.Id, default);

        Assert.Equal(push.Url, seen.Url);
        Assert.Equal(push.Url, seen.Audience);
        Assert.All(await Receivers.ListAsync(reader, default), one => Assert.DoesNotContain("of-the-receiver", one.Url, StringComparison.Ordinal));
        Assert.Equal(push.Url + "?token=of-the-receiver", (await FindAsync(made.Id)).Url);
        Assert.Equal(EventReceivers.VersionOf(made), EventReceivers.VersionOf(seen)); // of the whole, not of what is shown
    }

    [Fact]
    public async Task An_audience_that_is_the_address_follows_it_and_is_never_empty()
    {
        await using var push = await PushReceiver.StartAsync();
        var made = await Receivers.CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "test", Url = push.Url + "?token=x" }, default);
        async Task<string> ChangeAsync(string? url, string? audience) =>
            (await Receivers.ChangeAsync(Operator.CommandLine, made.Id, new EventReceiverInput { Url = url, Audience = audience }, null, default)).Audience;

        Assert.Equal(push.Url, made.Audience);
        Assert.Equal(push.Url + "/new", await ChangeAsync(push.Url + "/new?token=y", null));
        Assert.Equal("https://api.test", await ChangeAsync(null, "https://api.test"));
        Assert.Equal("https://api.test", await ChangeAsync(push.Url, null));
        Assert.Equal(push.Url, await ChangeAsync(null, ""));
        Assert.Equal(push.Url, (await FindAsync(made.Id)).Audience);
    }

    [Fact]
    public async Task An_event_that_its_receiver_refuses_is_passed_after_three_tries_and_the_later_ones_are_told()
    {
        await using var push = await PushReceiver.StartAsync();
        push.Refusal = """{"err":"invalid_request","description":"no such subject"}""";
        push.Answer = number => Task.FromResult(number < 3 ? 400 : 202);
        var receiver = await CreateAsync(push);
        var revoker = Server.Services.GetRequiredService<TokenRevoker>();
        for (var i = 0; i < 2; i++) await revoker.EndUserAsync(TestData.Cleo, "test", null, default);

        await TriedAsync(push, receiver.Id, 3);
        await Until.TrueAsync(() => Task.FromResult(push.Pushes.Count == 4), "the later one was told");

        Assert.Single(push.Pushes.Take(3).Select(one => one.Id).Distinct());
        Assert.NotEqual(push.Pushes[0].Id, push.Pushes[3].Id);
        Assert.Equal(1L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'EventPushRefused' AND detail LIKE $1", $"%{receiver.Id}%"));
    }

    [Theory]
    [InlineData(400, """{"err":"invalid_key"}""")]
    [InlineData(400, "")]
    [InlineData(401, "")]
    [InlineData(403, "")]
    [InlineData(503, "")]
    public async Task What_is_no_refusal_of_one_event_is_tried_on(int status, string body)
    {
        await using var push = await PushReceiver.StartAsync();
        push.Refusal = body;
        push.Answer = number => Task.FromResult(number < 4 ? status : 202);
        var receiver = await CreateAsync(push);
        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Cleo, "test", null, default);

        await TriedAsync(push, receiver.Id, 5);

        Assert.Single(push.Pushes.Select(one => one.Id).Distinct());
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'EventPushRefused' AND detail LIKE $1", $"%{receiver.Id}%"));
    }

    // The clock goes on a little further than the pause that each failed try makes.
    private async Task TriedAsync(PushReceiver push, string id, int tries)
    {
        for (var number = 1; number < tries; number++)
        {
            await Until.TrueAsync(async () => push.Pushes.Count == number && (await FindAsync(id)).FailedCount == number, $"try {number} failed");
            Server.Clock.Move(TimeSpan.FromSeconds(2 << number));
        }

        await Until.TrueAsync(() => Task.FromResult(push.Pushes.Count >= tries), "it was told again");
    }

    private Task<EventReceiver> CreateAsync(PushReceiver push, string? credential = null) =>
        Receivers.CreateAsync(Operator.CommandLine, new EventReceiverInput { Name = "test", Url = push.Url, Audience = "https://api.test", Credential = credential }, default);

    private Task<EventReceiver> FindAsync(string id) => Receivers.FindAsync(Operator.CommandLine, id, default);
}

public sealed class EventReceiverTestsOnSqlite(SqliteHookServer server) : EventReceiverTests(server), IClassFixture<SqliteHookServer>;

public sealed class EventReceiverTestsOnPostgreSql(PostgreSqlHookServer server) : EventReceiverTests(server), IClassFixture<PostgreSqlHookServer>;
