using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Sealing;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>Entries as they stood: each part counts, and of more than fit the first are meant.</summary>
public sealed class EntryStatesTests
{
    [Fact]
    public void Whatever_differs_is_another_state()
    {
        var one = Entry(1, "192.0.2.1", "a", "s.t");
        UInt128[] states =
        [
            EntryStates.Of(one, PersonalState.Altered), EntryStates.Of(one, PersonalState.Erased), EntryStates.Of(Entry(2, "192.0.2.1", "a", "s.t"), PersonalState.Altered),
            EntryStates.Of(Entry(1, "192.0.2.", "1a", "s.t"), PersonalState.Altered), EntryStates.Of(Entry(1, "192.0.2.1", "a", null), PersonalState.Altered),
            EntryStates.Of(Entry(1, "192.0.2.1", "a", ""), PersonalState.Altered), EntryStates.Of(Entry(1, null, "192.0.2.1a", "s.t"), PersonalState.Altered),
        ];

        Assert.Distinct(states);
        Assert.Equal(states[0], EntryStates.Of(Entry(1, "192.0.2.1", "a", "s.t"), PersonalState.Altered));
    }

    [Fact]
    public void What_was_written_is_read_and_what_was_not_is_none()
    {
        var written = new EntryStates();
        for (var i = 0; i < 3; i++) written.Add((UInt128)i << 70);

        var read = EntryStates.Read(written.ToString());

        Assert.True(read.Contains((UInt128)2 << 70));
        Assert.False(read.Contains((UInt128)3 << 70));
        Assert.False(EntryStates.Read(null).Contains(0));
        Assert.False(EntryStates.Read("4-900,1002").Contains(0)); // ranges of an earlier version: they say nothing of how the entries stood
    }

    [Fact]
    public void Of_more_than_fit_the_first_are_kept()
    {
        var states = new EntryStates();

        for (var i = 0; i <= EntryStates.Most; i++) states.Add((UInt128)i);

        Assert.True(states.Contains((UInt128)(EntryStates.Most - 1)));
        Assert.False(states.Contains((UInt128)EntryStates.Most));
    }

    private static AuditEvent Entry(long sequence, string? address, string? detail, string? salt) => new() { Sequence = sequence, Name = "SignedIn", Address = address, Detail = detail, Salt = salt };
}
