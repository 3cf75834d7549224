using System.Net;
using Pynomaly.Identity.Abuse;
using Xunit;

namespace Pynomaly.Identity.Tests.Abuse;

/// <summary>Who counts as one source, and how it is written.</summary>
public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void A_source_is_written_in_one_way_and_read_again(string address, string text)
    {
        var key = AddressKey.Of(IPAddress.Parse(address));

        Assert.Equal(text, key.ToString());
        Assert.Equal(key, AddressKey.Parse(text));
        Assert.Equal(key, AddressKey.Parse(address));
        Assert.False(key.IsLocal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData(null)]
    public void This_machine_is_local(string? address) => Assert.True(AddressKey.Of(address is null ? null : IPAddress.Parse(address)).IsLocal);

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("192.0.2.1/64")]
    [InlineData("192.0.2.0/24")]
    [InlineData("/64")]
    public void What_is_no_source_is_not_read(string text) => Assert.Null(AddressKey.Parse(text));
}
