using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Every case of the attack groups about people is named by a test; a case that loses its last test is missed.</summary>
public sealed partial class AttackCaseTests
{
    [Fact]
    public void Every_case_has_a_test()
    {
        var named = Repository.Code("tests").SelectMany(path => Case().Matches(Repository.Read(path)).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);
        var cases = Repository.Read("tests/Pynomaly.Identity.Tests/House/attack-cases.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Trim().Split(' ')).SelectMany(words => words.Skip(1).Select(number => $"{words[0]}_{number}")).ToArray();

        Assert.True(cases.Length >= 50);
        Repository.AssertNone(cases.Where(one => !named.Contains(one)), "Name a test after the case, or take it off the list and say why:");
    }

    [GeneratedRegex("(?<=(Task|void) (\\w+_)?)[A-Z]{2}_[0-9]{2}(?=_)")]
    private static partial Regex Case();
}
