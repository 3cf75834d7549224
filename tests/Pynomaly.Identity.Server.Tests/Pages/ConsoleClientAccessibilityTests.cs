using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The console's pages of clients, scopes, tokens and keys for everybody.</summary>
public sealed class ConsoleClientAccessibilityTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    public static TheoryData<string> Pages { get; } =
    [
        "/clients", "/clients?search=nothing-like-it", "/clients/-/new", "/clients/-/new?purpose=web", "/clients/-/new?purpose=service", "/clients/-/new?purpose=resource", "/clients/console", "/clients/console/credentials",
        "/clients/console/integrate", "/clients/console/posture", "/scopes", "/scopes/-/new", "/scopes/pynomaly_api", "/api-keys", "/api-keys/new", "/sessions", "/sessions?state=all", "/grants", "/revocations", "/signing-keys",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_used_by_everybody(string path)
    {
        await using var visit = await staff.OpenAsync("owner", $"/admin{path}");
        Assert.Equal("admin", await visit.NameAsync());

        await visit.AssertUsableInEachColourAsync();
    }
}
