using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>Whoever writes to the database does not get the server to sign a cut of theirs as its own removal.</summary>
public sealed class RetentionAttackTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Fresh_entries_that_somebody_deleted_are_not_signed_as_removed(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence <= (SELECT last_sequence FROM audit_seals WHERE number = 2)");

        await AssertSeenAsync(trail, AuditFindingKind.EntriesMissing);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Fresh_entries_whose_time_somebody_set_back_are_not_removed(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        var before = await trail.NumberAsync("SELECT COUNT(*) FROM audit_events");
        await trail.ExecuteAsync("UPDATE audit_events SET at = 1000 WHERE sequence <= (SELECT last_sequence FROM audit_seals WHERE number = 2)");

        await AssertSeenAsync(trail, AuditFindingKind.EntriesAltered);
        Assert.True(await trail.NumberAsync("SELECT COUNT(*) FROM audit_events") >= before);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_seal_whose_time_somebody_set_back_is_not_believed(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        await trail.ExecuteAsync("UPDATE audit_seals SET at = 1000 WHERE number <= 2");

        await AssertSeenAsync(trail, AuditFindingKind.SealAltered);
        AssertCritical(trail);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Old_entries_that_somebody_deleted_before_their_time_stop_the_removal_for_good(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence = (SELECT last_sequence FROM audit_seals WHERE number = 2)");
        trail.Clock.Move(TimeSpan.FromDays(400));

        await AssertSeenAsync(trail, AuditFindingKind.EntriesMissing);
        AssertCritical(trail);
        Assert.Equal(0, await trail.NumberAsync("SELECT COUNT(*) FROM audit_seals WHERE removed IS NOT NULL"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_beginning_that_somebody_deleted_with_its_seals_stops_the_removal(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence <= (SELECT last_sequence FROM audit_seals WHERE number = 1)");
        await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number = 1");
        trail.Clock.Move(TimeSpan.FromDays(400));

        await AssertSeenAsync(trail, AuditFindingKind.SealsMissing);
        AssertCritical(trail);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_removal_that_was_broken_off_after_its_mark_goes_on(string provider)
    {
        await using var trail = await WithThreeSealsAsync(provider);
        await trail.EnterAsync(2);
        await trail.SealAsync();
        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.ExecuteAsync("CREATE TABLE kept AS SELECT * FROM audit_events WHERE sequence > 2");
        await trail.ExecuteAsync("CREATE TABLE kept_seals AS SELECT * FROM audit_seals WHERE number < (SELECT MAX(number) - 1 FROM audit_seals)");
        Assert.True(await trail.Retention.RemoveAsync(CancellationToken.None) > 0);
        var last = await trail.NumberAsync("SELECT last_sequence FROM audit_seals WHERE removed IS NOT NULL");
        await trail.ExecuteAsync($"INSERT INTO audit_events SELECT * FROM kept WHERE sequence <= {last}"); // as it stood when the server was killed: some are gone, the seals are not
        await trail.ExecuteAsync("INSERT INTO audit_seals SELECT * FROM kept_seals");

        Assert.True(await trail.Retention.RemoveAsync(CancellationToken.None) > 0);

        await trail.SealAsync();
        var result = await trail.VerifyAsync();
        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.Equal(last, result.RemovedThrough);
        Assert.DoesNotContain(trail.Capture.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static async Task<SealedTrail> WithThreeSealsAsync(string provider)
    {
        var trail = await SealedTrail.CreateAsync(provider);
        for (var seal = 0; seal < 3; seal++)
        {
            await trail.EnterAsync(3);
            await trail.SealAsync();
        }

        return trail;
    }

    private static async Task AssertSeenAsync(SealedTrail trail, AuditFindingKind kind)
    {
        var removed = await trail.Retention.RemoveAsync(CancellationToken.None);
        await trail.SealAsync();
        var result = await trail.VerifyAsync();

        Assert.Equal(0, removed);
        Assert.False(result.Holds);
        Assert.Contains(result.Findings, finding => finding.Kind == kind);
    }

    private static void AssertCritical(SealedTrail trail) => Assert.Contains(trail.Capture.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains(" 3207 ", StringComparison.Ordinal));
}
