using Pynomaly.Identity.Tests.Shared;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.House;

/// <summary>The package's public members stand in its file (<see cref="PublicApi"/>).</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_txt_lists_every_public_member() => PublicApi.AssertListed(typeof(PynomalyIdentityOptions).Assembly);
}
