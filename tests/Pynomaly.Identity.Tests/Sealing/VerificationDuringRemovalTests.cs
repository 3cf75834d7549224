using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>The server removes old entries while the trail is verified: that is no break, and nobody is asked to accept it as one.</summary>
public sealed class VerificationDuringRemovalTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_removal_that_ends_meanwhile_is_no_break(string provider)
    {
        await using var trail = await RemovingAsync(provider);

        var result = await trail.VerifyDuringAsync("DELETE FROM audit_seals WHERE number < (SELECT MIN(number) FROM audit_seals WHERE removed IS NOT NULL)");

        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.NotNull(result.RemovedAt);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_removal_that_goes_on_is_told_but_not_offered_for_acceptance(string provider)
    {
        await using var trail = await RemovingAsync(provider);

        var result = await trail.VerifyDuringAsync("DELETE FROM audit_seals WHERE number = (SELECT MIN(number) FROM audit_seals)");

        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.SealsMissing);
        Assert.Null(result.Break);
    }

    // Seal 3 is marked as removed and the entries are gone; seals 1 and 2 are not yet.
    private static async Task<SealedTrail> RemovingAsync(string provider)
    {
        var trail = await SealedTrail.CreateAsync(provider);
        for (var seal = 0; seal < 4; seal++)
        {
            await trail.EnterAsync(3);
            await trail.SealAsync();
        }

        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.ExecuteAsync("CREATE TABLE kept_seals AS SELECT * FROM audit_seals WHERE number < 3");
        Assert.True(await trail.Retention.RemoveAsync(CancellationToken.None) > 0);
        await trail.ExecuteAsync("INSERT INTO audit_seals SELECT * FROM kept_seals");
        return trail;
    }
}
