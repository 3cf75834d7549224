using Pynomaly.Identity.Tests.Shared;
using Xunit;

namespace Pynomaly.Identity.Client.Tests.House;

/// <summary>What a service gets by <c>dotnet add package</c>: one library that needs HttpClientFactory, and nothing of the server.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Packed_it_is_one_documented_library_that_needs_nothing_of_the_server()
    {
        var package = await PackedPackage.OfAsync("Pynomaly.Identity.Client", TestContext.Current.CancellationToken);

        Assert.Equal(["README.md", "lib/net10.0/Pynomaly.Identity.Client.dll", "lib/net10.0/Pynomaly.Identity.Client.xml"], package.Files);
        Assert.Equal(["lib/net10.0/Pynomaly.Identity.Client.pdb"], package.Symbols);
        Assert.Equal(["Microsoft.Extensions.Http"], package.Dependencies);
        Assert.Equal(("Apache-2.0", "README.md"), (package.Say("license"), package.Say("readme")));
    }
}
