using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>What is counted for the trail is not lost when the database is away for a while.</summary>
public sealed class CountedEntryTests
{
    private static readonly AuditEntry Issued = new(new EventId(5503, "TokenIssued")) { ClientId = "counted" };

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Counted_entries_outlive_an_error_of_the_database(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        for (var i = 0; i < 3; i++) trail.Audit.Count(Issued);
        await trail.ExecuteAsync("ALTER TABLE audit_events RENAME TO away");
        await Assert.ThrowsAnyAsync<Exception>(() => trail.Audit.FlushAsync(CancellationToken.None));
        trail.Audit.Count(Issued);
        await trail.ExecuteAsync("ALTER TABLE away RENAME TO audit_events");

        await trail.Audit.FlushAsync(CancellationToken.None);
        await trail.Audit.FlushAsync(CancellationToken.None);

        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE client_id = 'counted'"));
        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE client_id = 'counted' AND detail = '{\"times\":4}'"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Refusals_that_anybody_brings_about_are_counted_and_fill_the_trail_with_no_more_than_so_many_rows(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        var refused = new EventId(5504, "SignInThrottled");
        Parallel.For(0, 5000, i => trail.Audit.CountRefusal(new AuditEntry(refused) { Address = $"192.0.2.{i % 100}" }));
        for (var i = 0; i < 5000; i++) trail.Audit.CountRefusal(new AuditEntry(refused) { Address = $"2001:db8:0:{i:x}::/64" });

        await trail.Audit.FlushAsync(CancellationToken.None);
        await trail.SealAsync();

        var rows = await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SignInThrottled'");
        Assert.InRange(rows, 101, 201);
        Assert.Equal(100, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE address LIKE '192.0.2.%' AND detail = '{\"times\":50}'"));
        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'SignInThrottled' AND address IS NULL"));
        Assert.Equal(10_000, await trail.NumberAsync("SELECT SUM(count) FROM statistics WHERE name = 'SignInThrottled'"));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_counted_refusal_keeps_its_reason(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        for (var i = 0; i < 3; i++) trail.Audit.CountRefusal(new AuditEntry(new EventId(5542, "PasskeyRefused")) { UserId = "ada", Detail = "{\"reason\":\"expired\"}" });

        await trail.Audit.FlushAsync(CancellationToken.None);
        await trail.SealAsync();

        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = 'ada' AND detail = '{\"times\":3,\"reason\":\"expired\"}'"));
        Assert.Equal(3, await trail.NumberAsync("SELECT SUM(count) FROM statistics WHERE name = 'PasskeyRefused'"));
    }
}
