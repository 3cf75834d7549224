using Xunit;

namespace Pynomaly.Identity.Server.Tests.Harness;

/// <summary>Where the tests' ports come from: from beside those that the system gives to outgoing connections.</summary>
public sealed class PortsTests
{
    [Theory]
    [InlineData("32768\t60999\n", 20_000, 32_000)]
    [InlineData("24000 65535", 20_000, 24_000)]
    [InlineData("1024 49151", 49_152, 65_536)]
    [InlineData("16000 65535", 4_000, 16_000)]
    [InlineData("1024 65535", 20_000, 32_000)]
    [InlineData("", 20_000, 32_000)]
    public void No_outgoing_connection_is_given_one(string outgoing, int first, int end) => Assert.Equal((first, end), Ports.RangeOf(outgoing));

    [Fact]
    public void None_is_given_twice()
    {
        var ports = Enumerable.Range(0, 20).Select(_ => Ports.Free()).ToList();

        Assert.Equal(ports.Count, ports.Distinct().Count());
    }
}
