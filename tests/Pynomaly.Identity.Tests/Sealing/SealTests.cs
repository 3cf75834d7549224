using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>Somebody writes to the database past the server: whatever they do to sealed entries is seen (security case AD-11).</summary>
public sealed class SealTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_trail_that_nobody_touched_holds(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        await trail.EnterAsync(3);

        var result = await trail.VerifyAsync();

        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.True(result.Entries >= 15);
        Assert.Equal(3, result.Unsealed);
        Assert.Equal(0, result.Erased);
        Assert.True(result.IsAnchored);
        Assert.True(result.Seals >= 3);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_altered_entry_is_seen_whatever_was_altered(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var victim = await trail.NumberAsync("SELECT MIN(sequence) + 7 FROM audit_events");
        foreach (var (change, back) in new[]
        {
            ("actor = 'mallory'", "actor = 'ada'"), ("user_id = 'mallory'", "user_id = 'ada'"), ("name = 'SignedOut'", "name = 'SignedIn'"), ("event_id = 1", "event_id = 5501"), ("at = at + 1", "at = at - 1"),
            ("client_id = NULL", "client_id = 'web'"), ("session_id = ''", "session_id = NULL"), ("correlation_id = correlation_id || 'x'", "correlation_id = substr(correlation_id, 1, length(correlation_id) - 1)"),
        })
        {
            await trail.ExecuteAsync($"UPDATE audit_events SET {change} WHERE sequence = {victim}");
            var altered = await trail.VerifyAsync();
            await trail.ExecuteAsync($"UPDATE audit_events SET {back} WHERE sequence = {victim}");

            var finding = Assert.Single(altered.Findings);
            Assert.Equal(AuditFindingKind.EntriesAltered, finding.Kind);
            Assert.InRange(victim, finding.FirstSequence, finding.LastSequence);
            Assert.True((await trail.VerifyAsync()).Holds, change);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_altered_address_or_detail_is_seen_at_its_entry(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var victim = await trail.NumberAsync("SELECT MAX(sequence) - 3 FROM audit_events");

        await trail.ExecuteAsync($"UPDATE audit_events SET address = '203.0.113.9' WHERE sequence = {victim}");
        await trail.ExecuteAsync($"UPDATE audit_events SET detail = 'nothing' WHERE sequence = {victim - 1}");
        var result = await trail.VerifyAsync();

        Assert.Equal([victim - 1, victim], result.Findings.Select(finding => finding.FirstSequence));
        Assert.All(result.Findings, finding => Assert.Equal(AuditFindingKind.PersonalPartAltered, finding.Kind));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_entry_that_was_removed_is_seen(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var victim = await trail.NumberAsync("SELECT MIN(sequence) + 7 FROM audit_events");

        await trail.ExecuteAsync($"DELETE FROM audit_events WHERE sequence = {victim}");

        await AssertSeenAsync(trail, AuditFindingKind.EntriesMissing, victim);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Two_entries_that_changed_places_are_seen(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var first = await trail.NumberAsync("SELECT MIN(sequence) + 8 FROM audit_events");

        await trail.ExecuteAsync($"UPDATE audit_events SET sequence = -1 WHERE sequence = {first}; UPDATE audit_events SET sequence = {first} WHERE sequence = {first + 1}; UPDATE audit_events SET sequence = {first + 1} WHERE sequence = -1");

        await AssertSeenAsync(trail, AuditFindingKind.EntriesAltered, first);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_entry_slipped_in_among_sealed_ones_is_seen(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var first = await trail.NumberAsync("SELECT MIN(sequence) FROM audit_events");

        await trail.ExecuteAsync($"INSERT INTO audit_events (sequence, at, event_id, name) VALUES ({first - 5}, 1, 5501, 'SignedIn')");

        await AssertSeenAsync(trail, AuditFindingKind.EntriesAdded, first);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_tail_that_was_cut_is_seen_by_the_note_outside_of_the_database_even_when_the_trail_has_grown_again(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        var number = await trail.NumberAsync("SELECT MAX(number) FROM audit_seals");
        await trail.ExecuteAsync($"DELETE FROM audit_events WHERE sequence >= (SELECT first_sequence FROM audit_seals WHERE number = {number})");
        await trail.ExecuteAsync($"DELETE FROM audit_seals WHERE number = {number}");

        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
        await trail.EnterAsync(5);
        await trail.SealAsync();
        await trail.EnterAsync(5);
        await trail.SealAsync();

        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
        Assert.Contains(trail.Capture.Lines, line => line.Contains("was cut or replaced", StringComparison.Ordinal));
        File.Delete(trail.AnchorFile); // what an operator does who restored a backup on purpose
        var accepted = await trail.VerifyAsync();
        Assert.True(accepted.Holds);
        Assert.Null(accepted.IsAnchored);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Seals_that_were_altered_removed_or_made_by_another_key_are_seen(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);

        await trail.ExecuteAsync("UPDATE audit_seals SET at = at + 1 WHERE number = 2");
        Assert.Equal(AuditFindingKind.SealAltered, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
        await trail.ExecuteAsync("UPDATE audit_seals SET at = at - 1, removed = 5 WHERE number = 1");
        await trail.ExecuteAsync("UPDATE audit_seals SET at = at - 1 WHERE number = 2");
        Assert.Contains((await trail.VerifyAsync()).Findings, finding => finding.Kind == AuditFindingKind.SealAltered); // nobody but the server says that something was removed
        await trail.ExecuteAsync("UPDATE audit_seals SET at = at + 1, removed = NULL WHERE number = 1");
        await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number = 2");
        Assert.Contains((await trail.VerifyAsync()).Findings, finding => finding.Kind == AuditFindingKind.SealsMissing);
        await using var stranger = await SealedTrail.CreateAsync("Sqlite");
        Assert.Contains((await trail.Verifier.VerifyAsync(await stranger.Verifier.PublicKeyAsync(default), null, default)).Findings, finding => finding.Text.Contains("another key", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_deleted_account_leaves_a_chain_that_holds_and_nothing_else_may_erase(string provider)
    {
        await using var trail = await ThreeSealsAsync(provider);
        await trail.EnterAsync(2, user: "cleo", actor: "bob");
        await trail.SealAsync();
        await trail.ExecuteAsync($"UPDATE audit_events SET {Auditing.PersonalParts.EraseSql} WHERE user_id = 'ada'");
        await trail.ExecuteAsync($"UPDATE audit_events SET {Auditing.PersonalParts.EraseAddressSql} WHERE actor = 'bob'");

        var erased = await trail.VerifyAsync();
        await trail.ExecuteAsync("INSERT INTO audit_events (at, event_id, name, user_id) VALUES (1, 9408, 'AccountDeleted', 'ada'), (1, 9408, 'AccountDeleted', 'bob')");
        await trail.SealAsync();
        var deleted = await trail.VerifyAsync();

        Assert.All(erased.Findings, finding => Assert.Equal(AuditFindingKind.PersonalPartErased, finding.Kind));
        Assert.Equal(17, erased.Problems);
        Assert.True(deleted.Holds, string.Join("; ", deleted.Findings));
        Assert.Equal(17, deleted.Erased);
        Assert.Equal(2, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = 'cleo' AND detail IS NOT NULL AND address IS NULL"));
    }

    private static async Task<SealedTrail> ThreeSealsAsync(string provider)
    {
        var trail = await SealedTrail.CreateAsync(provider);
        for (var i = 0; i < 3; i++)
        {
            await trail.EnterAsync(5);
            await trail.SealAsync();
        }

        return trail;
    }

    private static async Task AssertSeenAsync(SealedTrail trail, AuditFindingKind kind, long victim)
    {
        var finding = Assert.Single((await trail.VerifyAsync()).Findings);
        Assert.Equal(kind, finding.Kind);
        Assert.InRange(victim, finding.FirstSequence, finding.LastSequence);
    }
}
