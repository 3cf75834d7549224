using Pynomaly.Identity.Sealing;
using Xunit;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>Which entries are meant, in few words.</summary>
public sealed class EntryRangesTests
{
    [Fact]
    public void Just_the_entries_that_were_taken_are_meant_also_when_read_again()
    {
        var ranges = new EntryRanges();
        foreach (var sequence in new long[] { 1, 4, 5, 6, 9, 20, 21 }) ranges.Add(sequence);

        Assert.Equal("1,4-6,9,20-21", ranges.ToString());
        Assert.Equal([1, 4, 5, 6, 9, 20, 21], Enumerable.Range(0, 25).Select(one => (long)one).Where(EntryRanges.Read(ranges.ToString()).Contains));
    }

    [Fact]
    public void What_does_not_fit_is_not_meant()
    {
        var ranges = new EntryRanges();
        for (var number = 1L; number <= EntryRanges.Most + 5; number++) ranges.Add(number * 2);

        Assert.True(ranges.Contains(EntryRanges.Most * 2));
        Assert.False(ranges.Contains((EntryRanges.Most + 1) * 2));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_means_nothing(string? text) => Assert.False(EntryRanges.Read(text).Contains(0));
}
