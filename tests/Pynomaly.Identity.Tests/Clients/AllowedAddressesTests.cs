using System.Net;
using Pynomaly.Identity.Clients;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>Addresses that a key may be used from.</summary>
public sealed class AllowedAddressesTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("198.51.100.0/24", "198.51.100.255", true)]
    [InlineData("198.51.100.0/24", "::ffff:198.51.100.1", true)]
    [InlineData("198.51.100.0/24", "198.51.101.1", false)]
    [InlineData("203.0.113.7/24", "203.0.113.200", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::7", "2001:db8:0:0:0:0:0:7", true)]
    public void An_address_is_within_or_without(string allowed, string address, bool isWithin) =>
        Assert.Equal(isWithin, AllowedAddresses.Contain([AllowedAddresses.Read(allowed)!], IPAddress.Parse(address)));

    [Fact]
    public void Whoever_has_no_address_is_within_none() => Assert.False(AllowedAddresses.Contain(["203.0.113.7"], null));

    [Fact]
    public void An_empty_list_admits_everybody() => Assert.True(AllowedAddresses.Contain([], null));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("203.0.113")]
    [InlineData("0x7f.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("fe80::1%eth0")]
    [InlineData("203.0.113.7/33")]
    public void What_is_no_address_or_no_limit_is_refused(string text) => Assert.Null(AllowedAddresses.Read(text));
}
