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
}
