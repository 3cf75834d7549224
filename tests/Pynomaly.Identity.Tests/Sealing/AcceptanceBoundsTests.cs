using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>What is accepted is what was found, and nothing that comes after it: neither a further cut nor a further altered entry, of however many.</summary>
public sealed class AcceptanceBoundsTests
{
    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_second_cut_before_the_next_seal_is_seen(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await CutAsync();
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);

        await CutAsync();

        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
        trail.Clock.Move(TimeSpan.FromMinutes(1));
        await trail.EnterAsync(1);
        await trail.SealAsync(); // the file stays as it is, as the evidence
        Assert.Equal(AuditFindingKind.TailCut, Assert.Single((await trail.VerifyAsync()).Findings).Kind);

        async Task CutAsync()
        {
            await trail.ExecuteAsync("DELETE FROM audit_events WHERE sequence >= (SELECT first_sequence FROM audit_seals ORDER BY number DESC LIMIT 1)");
            await trail.ExecuteAsync("DELETE FROM audit_seals WHERE number = (SELECT MAX(number) FROM audit_seals)");
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_any_number_of_altered_details_just_those_are_accepted_that_were_found(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.EnterAsync(1300);
        await trail.SealAsync();
        await trail.ExecuteAsync("UPDATE audit_events SET detail = 'forged' WHERE sequence % 7 > 0 AND sequence < 1290");
        var before = await trail.VerifyAsync();
        Assert.True(before.Problems > 1000, $"{before.Problems}");

        await trail.AcceptAsync();

        var accepted = await trail.VerifyAsync();
        Assert.Equal((0, before.Problems), (accepted.Problems, accepted.AcceptedProblems));
        await trail.ExecuteAsync("UPDATE audit_events SET detail = 'forged' WHERE sequence = 14");
        Assert.Equal(14, Assert.Single((await trail.VerifyAsync()).Findings).FirstSequence);
        trail.Clock.Move(TimeSpan.FromSeconds(1));
        await trail.AcceptAsync(); // of one, after the thousand
        Assert.True((await trail.VerifyAsync()).Holds);
    }

    [Fact]
    public async Task Of_more_altered_entries_than_one_acceptance_names_the_next_names_the_rest()
    {
        const int rest = 7;
        await using var trail = await SealedTrail.CreateAsync("Sqlite");
        await trail.EnterAsync(1);
        await trail.ExecuteAsync($"""
            INSERT INTO audit_events (at, event_id, name, actor, user_id, client_id, session_id, address, correlation_id, detail, salt, digest)
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {EntryStates.Most + rest})
            SELECT at, event_id, name, actor, user_id, client_id, session_id, address, correlation_id, detail, salt, digest FROM audit_events, n WHERE name = 'SignedIn'
            """);
        await trail.SealAsync();
        await trail.ExecuteAsync("UPDATE audit_events SET detail = 'forged' WHERE name = 'SignedIn'");
        Assert.Equal(EntryStates.Most + rest, (await trail.VerifyAsync()).Problems);

        await trail.AcceptAsync();

        var first = await trail.VerifyAsync();
        Assert.Equal((rest, EntryStates.Most), (first.Problems, first.AcceptedProblems));
        trail.Clock.Move(TimeSpan.FromSeconds(1));
        await trail.AcceptAsync();
        var second = await trail.VerifyAsync();
        Assert.Equal((true, EntryStates.Most + rest), (second.Holds, second.AcceptedProblems));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_erased_detail_that_was_accepted_and_is_replaced_is_seen(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await trail.ExecuteAsync("UPDATE audit_events SET address = NULL, detail = NULL, salt = NULL WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);

        await trail.ExecuteAsync("UPDATE audit_events SET address = '192.0.2.9', detail = 'forged', salt = 'AAAAAAAAAAAAAAAAAAAAAA' WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");

        Assert.Equal(AuditFindingKind.PersonalPartAltered, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_altered_detail_that_was_accepted_and_is_altered_once_more_is_seen(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await AlterAsync("detail = 'forged'");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);

        await AlterAsync("detail = 'forged once more'");

        Assert.Equal(AuditFindingKind.PersonalPartAltered, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
        trail.Clock.Move(TimeSpan.FromSeconds(1));
        await trail.AcceptAsync();
        Assert.Equal((0, 1), await ProblemsAsync());
        await AlterAsync("address = '198.51.100.7'");
        Assert.Equal((1, 0), await ProblemsAsync());

        Task AlterAsync(string what) => trail.ExecuteAsync($"UPDATE audit_events SET {what} WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");

        async Task<(long, long)> ProblemsAsync() => await trail.VerifyAsync() is var result ? (result.Problems, result.AcceptedProblems) : default;
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_erased_address_that_was_accepted_does_not_cover_an_erased_detail(string provider)
    {
        await using var trail = await SealedTrail.CreateAsync(provider);
        await trail.SealThriceAsync();
        await trail.ExecuteAsync("UPDATE audit_events SET address = NULL, salt = substr(salt, 23) WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");
        await trail.AcceptAsync();
        Assert.True((await trail.VerifyAsync()).Holds);

        await trail.ExecuteAsync("UPDATE audit_events SET detail = NULL, salt = NULL WHERE sequence = (SELECT first_sequence FROM audit_seals WHERE number = 3)");

        Assert.Equal(AuditFindingKind.PersonalPartErased, Assert.Single((await trail.VerifyAsync()).Findings).Kind);
    }
}
