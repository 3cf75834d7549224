using Pynomaly.Identity.Tests.Shared;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.House;

/// <summary>What an API gets by <c>dotnet add package</c>: one library that needs the framework and IdentityModel, and nothing of the server.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Packed_it_is_one_documented_library_that_needs_nothing_of_the_server()
    {
        var package = await PackedPackage.OfAsync("Pynomaly.Identity.ResourceServer", TestContext.Current.CancellationToken);

        Assert.Equal(["README.md", "lib/net10.0/Pynomaly.Identity.ResourceServer.dll", "lib/net10.0/Pynomaly.Identity.ResourceServer.xml"], package.Files);
        Assert.Equal(["lib/net10.0/Pynomaly.Identity.ResourceServer.pdb"], package.Symbols);
        Assert.Equal(["Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.Protocols.OpenIdConnect", "Microsoft.IdentityModel.Tokens"], package.Dependencies);
        Assert.Equal("Microsoft.AspNetCore.App", package.Metadata.Descendants().Single(one => one.Name.LocalName == "frameworkReference").Attribute("name")!.Value);
        Assert.Equal(("Apache-2.0", "README.md"), (package.Say("license"), package.Say("readme")));
    }
}
