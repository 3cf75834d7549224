using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>A trail that does not hold is accepted as it stands, by name and reason: what comes after is proven anew, and nothing of what was accepted is forgotten or changed unseen.</summary>
public sealed class AcceptanceTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_accepted_is_told_for_ever_and_breaks_the_rest_no_more(string provider)
    {
        await using var trail = await BrokenAsync(provider, "UPDATE audit_events SET actor = 'mallory' WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        var before = await trail.VerifyAsync();

        await trail.AcceptAsync();

        var result = await trail.VerifyAsync();
        Assert.Equal((1, false, 0, true), ((int)before.Problems, before.Holds, (int)result.Problems, result.Holds));
        Assert.Equal(1, result.AcceptedProblems);
        var told = Assert.Single(result.Accepted);
        Assert.Equal((2, "ada", "Restored from a backup"), ((int)told.What.Through, told.By, told.Reason));
        Assert.Contains("Seal 2", Assert.Single(told.What.Findings), StringComparison.Ordinal);
        Assert.Null(result.Break);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_accepted_and_changes_again_is_seen(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        await trail.AcceptAsync();
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence = (SELECT last_sequence FROM audit_seals WHERE number = 1)");

        var result = await trail.VerifyAsync();

        Assert.False(result.Holds);
        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.AcceptedAltered);
        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.EntriesMissing);
        Assert.Equal(0, result.AcceptedProblems);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_breaks_after_the_acceptance_is_seen(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        await trail.AcceptAsync();
        await trail.ExecuteAsync("UPDATE audit_events SET client_id = 'other' WHERE sequence = (SELECT last_sequence FROM audit_seals WHERE number = 3)");

        var result = await trail.VerifyAsync();

        Assert.Equal(3, Assert.Single(result.Findings).FirstSeal);
        Assert.Equal(1, result.AcceptedProblems);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_altered_detail_is_accepted_for_that_entry_alone(string provider)
    {
        await using var trail = await BrokenAsync(provider, "UPDATE audit_events SET detail = 'forged' WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);

        await trail.ExecuteAsync("UPDATE audit_events SET detail = 'forged too' WHERE sequence = (SELECT last_sequence FROM audit_seals WHERE number = 3)");

        Assert.Equal(AuditFindingKind.PersonalPartAltered, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Retention_goes_on_after_the_acceptance_and_only_by_the_whole_of_it(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.EnterAsync(2);
        await trail.SealAsync();
        Assert.Equal(0, await trail.Retention.RemoveAsync(CancellationToken.None));

        await trail.AcceptAsync();
        var removed = await trail.Retention.RemoveAsync(CancellationToken.None);

        await trail.SealAsync();
        var result = await trail.VerifyAsync();
        Assert.True(removed >= 8, $"{removed} entries");
        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.NotNull(result.RemovedAt);
        Assert.Single(result.Accepted); // the entries are gone, and it is still told
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_changed_after_the_acceptance_is_not_removed(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");
        await trail.AcceptAsync();
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence = (SELECT last_sequence FROM audit_seals WHERE number = 3)");
        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.EnterAsync(2);
        await trail.SealAsync();

        Assert.Equal(0, await trail.Retention.RemoveAsync(CancellationToken.None));
        Assert.Contains(trail.Capture.Lines, line => line.Contains(" 3207 ", StringComparison.Ordinal));
        Assert.Equal(0, await trail.Retention.RemoveAsync(CancellationToken.None));
        Assert.Equal(1, await trail.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'AuditRemovalRefused'")); // entered once, told every time
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_cut_of_the_end_is_accepted_and_the_next_one_seen(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await CutAsync();
        trail.Clock.Move(TimeSpan.FromMinutes(1));
        await trail.EnterAsync(2);
        await trail.SealAsync();
        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);

        await trail.AcceptAsync();
        await trail.EnterAsync(1);
        await trail.SealAsync();

        Assert.True((await trail.VerifyAsync()).Holds);
        trail.Clock.Move(TimeSpan.FromMinutes(1));
        await trail.EnterAsync(1);
        await trail.SealAsync();
        await CutAsync();
        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);

        async Task CutAsync()
        {
            await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence >= (SELECT first_sequence FROM audit_seals ORDER BY number DESC LIMIT 1)");
            await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number = (SELECT MAX(number) FROM audit_seals)");
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Nobody_accepts_by_writing_to_the_database(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        await trail.AcceptAsync();
        var text = await trail.TextAsync("SELECT text FROM server_state WHERE name LIKE 'audit_accepted:%'");
        var parts = text.Split('.');

        foreach (var forged in new[] { $"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}", $"{parts[0]}.{Flip(parts[1])}.{parts[2]}", "", "{}", "a.b.c" })
        {
            await trail.ExecuteAsync($"UPDATE server_state SET text = '{forged}' WHERE name LIKE 'audit_accepted:%'");
            var result = await trail.VerifyAsync();
            Assert.False(result.Holds);
            Assert.Empty(result.Accepted);
        }

        static string Flip(string text) => text[..40] + (text[40] == 'A' ? 'B' : 'A') + text[41..];
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_beginning_that_somebody_cut_after_an_acceptance_is_seen(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        await trail.AcceptAsync();
        await trail.SealThriceAsync();
        await trail.ExecuteAsync("UPDATE audit_seals SET removed = at WHERE number = 5");
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence <= (SELECT last_sequence FROM audit_seals WHERE number = 5)");
        await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number < 5");

        var result = await trail.VerifyAsync();

        Assert.False(result.Holds);
        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.SealAltered);
        Assert.Equal(0, result.AcceptedProblems);
        Assert.Null(result.RemovedAt);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_entry_forged_before_the_beginning_is_not_accepted_with_what_was_removed(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");
        await trail.AcceptAsync();
        await RemoveOldAsync(trail);
        await trail.ExecuteAsync("INSERT INTO audit_events SELECT * FROM kept WHERE sequence = (SELECT MIN(sequence) FROM kept)");

        var result = await trail.VerifyAsync();

        Assert.Equal(AuditFindingKind.EntriesAdded, Assert.Single(result.Findings).Kind);
        Assert.Equal(0, result.AcceptedProblems);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_entry_forged_before_the_beginning_of_what_was_accepted_is_seen(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await RemoveOldAsync(trail);
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence = (SELECT last_sequence FROM audit_seals ORDER BY number DESC LIMIT 1)");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);
        await trail.ExecuteAsync("INSERT INTO audit_events SELECT * FROM kept WHERE sequence = (SELECT MIN(sequence) FROM kept)");

        var result = await trail.VerifyAsync();

        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.EntriesAdded);
        Assert.Contains(result.Findings, finding => finding.Kind == AuditFindingKind.AcceptedAltered);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_acceptance_is_found_whatever_the_collation_of_the_database(string provider)
    {
        await using var trail = await BrokenAsync(provider, "DELETE FROM audit_events WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 2)");
        if (provider == "PostgreSql") await trail.ExecuteAsync("ALTER TABLE server_state ALTER COLUMN name TYPE text COLLATE \"en-x-icu\""); // sorts "~" before the digits

        await trail.AcceptAsync();

        Assert.Single((await trail.VerifyAsync()).Accepted);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Retention_goes_on_after_a_forged_beginning_was_accepted(string provider)
    {
        await using var trail = await BrokenAsync(provider, "UPDATE audit_seals SET removed = at WHERE number = 2");
        await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence <= (SELECT last_sequence FROM audit_seals WHERE number = 2)");
        await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number = 1");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);
        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.EnterAsync(2);
        await trail.SealAsync();

        var removed = await trail.Retention.RemoveAsync(CancellationToken.None);

        Assert.True(removed >= 3, $"{removed} entries");
        var result = await trail.VerifyAsync();
        Assert.True(result.Holds, string.Join("; ", result.Findings));
        Assert.NotNull(result.RemovedAt);
    }

    // What is removed stays in the table "kept".
    private static async Task RemoveOldAsync(SealedTrail trail)
    {
        await trail.ExecuteAsync("CREATE TABLE kept AS SELECT * FROM audit_events");
        trail.Clock.Move(TimeSpan.FromDays(400));
        await trail.EnterAsync(2);
        await trail.SealAsync();
        Assert.True(await trail.Retention.RemoveAsync(CancellationToken.None) > 0);
        await trail.SealAsync();
    }

    private static async Task<SealedTrail> BrokenAsync(string provider, string sql)
    {
        var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await trail.ExecuteAsync(sql);
        return trail;
    }
}
