using Pynomaly.Identity.Model;
using Xunit;

namespace Pynomaly.Identity.Tests.Model;

/// <summary>What a wildcard grants, and what it never does.</summary>
public sealed class PermissionPatternTests
{
    [Theory]
    [InlineData("read:detectors", "read:detectors")]
    [InlineData("read:*", "read:datasets")]
    [InlineData("*:detectors", "delete:detectors")]
    [InlineData("*:*", "manage:users")]
    public void A_pattern_grants_what_it_names(string pattern, string permission) => Assert.True(PermissionPattern.Matches(pattern, permission));

    [Theory]
    [InlineData("read:*", "write:x")] // the seed's check_permission answers yes
    [InlineData("read:*", "write:detectors")]
    [InlineData("write:*", "read:detectors")]
    [InlineData("*:detectors", "read:datasets")]
    [InlineData("*:detectors", "read:detectors2")]
    [InlineData("read:det*", "read:detectors")]
    [InlineData("read:detectors", "READ:detectors")]
    [InlineData("read:*", "read")]
    [InlineData("read:*", "read:")]
    [InlineData("*", "read:detectors")]
    [InlineData("", "")]
    [InlineData("read:*", "read:a:b")]
    [InlineData("**:*", "read:detectors")]
    [InlineData(" read:*", "read:detectors")]
    public void A_wildcard_never_crosses_its_segment(string pattern, string permission) => Assert.False(PermissionPattern.Matches(pattern, permission));
}
