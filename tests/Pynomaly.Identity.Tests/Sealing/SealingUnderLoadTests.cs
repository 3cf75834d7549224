using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>Sealing while everybody writes: nothing is lost, nothing stays unsealed, and a transaction that takes its time does not slip in behind a seal.</summary>
public sealed class SealingUnderLoadTests
{
    private static readonly EventId Happened = new(5501, "SignedIn");

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Fifty_writers_and_two_sealers_at_once_lose_nothing(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await using var other = trail.AnotherNode();
        using var written = new CancellationTokenSource();

        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sealers = new[] { trail, other }.Select(node => Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
                if (await node.Sealer.SealAsync(CancellationToken.None) > 0) first.TrySetResult();
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async writer =>
        {
            if (writer >= 25) await Task.WhenAny([first.Task, .. sealers]); // what these write comes in after a seal, however slow the sealers are
            await (writer % 2 == 0 ? trail : other).EnterAsync(10, user: $"user-{writer}");
        }));
        await written.CancelAsync();
        await Task.WhenAll(sealers);
        await trail.SealAsync();
        var result = await trail.VerifyAsync();

        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.Equal(0, result.Unsealed);
        Assert.Equal(500, await trail.NumberAsync("SELECT SUM(count) FROM statistics WHERE name = 'SignedIn'")); // each entry was sealed once
        Assert.Equal(result.Entries, await trail.NumberAsync("SELECT SUM(count) FROM audit_seals"));
        Assert.True(result.Seals > 1, "all was sealed at once, so nothing raced");
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_sealed_in_its_place()
    {
        await using var trail = await SealedTrail.CreateAsync("PostgreSql");
        await trail.EnterAsync(1);
        await trail.SealAsync();
        var sealedBefore = await trail.NumberAsync("SELECT MAX(last_sequence) FROM audit_seals");
        var entered = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var late = trail.Database.WriteAsync(async (session, stop) =>
        {
            await trail.Audit.WriteAsync(session, new AuditEntry(Happened) { UserId = "late" }, stop);
            entered.TrySetResult();
            await goOn.Task;
            return true;
        }, CancellationToken.None);
        await entered.Task;
        await trail.EnterAsync(3); // greater numbers, committed first

        Assert.Equal(0, await trail.Sealer.SealAsync(CancellationToken.None));
        Assert.Equal(sealedBefore, await trail.NumberAsync("SELECT MAX(last_sequence) FROM audit_seals"));
        goOn.SetResult();
        await late;
        await trail.SealAsync();

        Assert.True((await trail.VerifyAsync()).Holds);
        Assert.Equal(0, (await trail.VerifyAsync()).Unsealed);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Entries_from_before_there_were_digests_are_sealed_with_one(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.ExecuteAsync("INSERT INTO audit_events (at, event_id, name, user_id, address, detail) VALUES (1, 5501, 'SignedIn', 'ada', '192.0.2.1', NULL), (1, 5501, 'SignedIn', 'ada', NULL, '{}')");

        await trail.SealAsync();
        Assert.True((await trail.VerifyAsync()).Holds);
        await trail.ExecuteAsync("UPDATE audit_events SET detail = '{\"x\":1}' WHERE detail = '{}'");

        Assert.Single((await trail.VerifyAsync()).Findings);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Entries_whose_time_is_over_go_by_whole_seals_and_the_chain_holds(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.EnterAsync(5);
        await trail.SealAsync();
        trail.Clock.Move(TimeSpan.FromDays(200));
        await trail.EnterAsync(7);
        await trail.SealAsync();
        Assert.Equal(0, await trail.Retention.RemoveAsync(CancellationToken.None));
        trail.Clock.Move(TimeSpan.FromDays(170));

        var removed = await trail.Retention.RemoveAsync(CancellationToken.None);
        await trail.SealAsync();
        var result = await trail.VerifyAsync();

        Assert.True(removed >= 5);
        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.NotNull(result.RemovedAt);
        Assert.Equal(7, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SignedIn'"));
        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'AuditEntriesRemoved'"));
        Assert.Equal(0, await trail.Retention.RemoveAsync(CancellationToken.None)); // and not once more
        await trail.ExecuteAsync("UPDATE audit_seals SET removed = NULL WHERE removed IS NOT NULL");
        Assert.False((await trail.VerifyAsync()).Holds);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_not_sealed_is_never_removed_however_old(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.EnterAsync(5);
        trail.Clock.Move(TimeSpan.FromDays(4000));

        await trail.Retention.RemoveAsync(CancellationToken.None);

        Assert.Equal(5, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SignedIn'"));
    }
}
