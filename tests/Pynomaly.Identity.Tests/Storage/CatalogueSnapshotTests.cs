using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

public sealed class CatalogueSnapshotTests
{
    private static readonly Scope Detectors = new() { Name = "detectors_api", Resources = ["https://detectors.example"], Permissions = ["*:detectors"] };
    private static readonly Scope Reports = new() { Name = "reports_api", Resources = ["https://reports.example"], Permissions = ["*:reports"] };

    [Fact]
    public void A_permissions_name_as_scope_leads_where_the_scopes_lead_that_cover_it()
    {
        var catalogue = new CatalogueSnapshot([Detectors, Reports], [new Permission { Name = "read:detectors" }], []);

        var scope = catalogue.FindScope("read:detectors")!;

        Assert.Equal(["https://detectors.example"], scope.Resources);
        Assert.Equal(["read:detectors"], scope.Permissions!);
    }

    [Fact]
    public void A_permission_that_names_its_API_leads_there_only()
    {
        var catalogue = new CatalogueSnapshot([Detectors, Reports], [new Permission { Name = "read:detectors", Resource = "https://other.example" }], []);

        Assert.Equal(["https://other.example"], catalogue.FindScope("read:detectors")!.Resources);
    }

    [Fact]
    public void A_permission_that_no_scope_covers_leads_nowhere()
    {
        var catalogue = new CatalogueSnapshot([Reports], [new Permission { Name = "read:detectors" }], []);

        Assert.Empty(catalogue.FindScope("read:detectors")!.Resources);
    }
}
