using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Pages.Admin;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Who sees which page of the console, and whose forms are taken: every page and every form that the server maps, by every role (AD-01).</summary>
public sealed partial class ConsoleMatrixTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    // These change nothing, and whoever sees the page may ask for them.
    private static readonly string[] Harmless = ["Ask", "Preview", "Verify", "Export"];

    public static TheoryData<string> Roles { get; } = [.. InitialRoles.Administrators.Select(role => role.Name)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task AD_01_A_role_sees_the_pages_that_its_permissions_open_and_no_other(string role)
    {
        using var client = await staff.ClientAsync(role);
        var person = (await staff.PersonAsync(role)).Id;
        var patterns = InitialRoles.Administrators.Single(one => one.Name == role).Permissions;
        List<string> wrong = [];
        foreach (var page in staff.Pages())
        {
            using var answer = await client.GetAsync(ConsoleStaff.PathOf(page, person), Stop);
            var mayOpen = NeededFor(page).All(needed => PermissionPattern.AnyMatches(patterns, needed));
            var right = mayOpen ? answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound : answer.StatusCode == HttpStatusCode.Forbidden;
            if (!right) wrong.Add($"{page.ViewEnginePath} ({PermissionOf(page)}): {(int)answer.StatusCode}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/admin/webhooks/new")]
    [InlineData("/admin/event-receivers/new")]
    public async Task AD_01_Whoever_may_not_read_the_trail_is_not_offered_to_send_it_elsewhere(string path)
    {
        staff.Pages(); // or is skipped
        var role = $"system-{Guid.NewGuid():N}"[..15];
        await staff.Server.Services.GetRequiredService<RoleAdministration>().CreateAsync(Operator.CommandLine, role, new RoleChange { Permissions = [ManagementPermissions.ManageSystem, ManagementPermissions.ViewSystem] }, Stop);
        using var client = await staff.ClientAsync(role);
        using var owner = await staff.ClientAsync("owner");

        using var refused = await client.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains(ManagementPermissions.ViewAudit, await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.DoesNotContain($"data-go=\"{path}\"", await client.GetStringAsync("/admin", Stop), StringComparison.Ordinal);
        Assert.Contains($"data-go=\"{path}\"", await owner.GetStringAsync("/admin", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AD_01_Nobody_outside_the_administration_learns_of_a_page()
    {
        using var person = await staff.ClientAsync("");
        using var nobody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(staff.Server.Issuer) };
        foreach (var page in staff.Pages())
        {
            using var refused = await person.GetAsync(ConsoleStaff.PathOf(page, "someone"), Stop);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
            using var asked = await nobody.GetAsync(ConsoleStaff.PathOf(page, "someone"), Stop);
            Assert.StartsWith("/signin", asked.Headers.Location?.OriginalString, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AD_02_A_reader_who_forges_any_form_of_the_console_is_refused()
    {
        using var client = await staff.ClientAsync("reader");
        var person = (await staff.PersonAsync("reader")).Id;
        var token = Token().Match(await client.GetStringAsync("/account/profile", Stop)).Groups[1].Value;
        List<string> wrong = [];
        foreach (var page in staff.Pages())
        {
            foreach (var handler in page.HandlerMethods.Where(one => one.HttpMethod == "Post" && !Harmless.Contains(one.Name)))
            {
                using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["id"] = person, ["ids"] = person, ["act"] = "Disable", ["source"] = "203.0.113.7", ["name"] = "forged", ["email"] = "forged@example.org", ["username"] = "forged", ["address"] = "https://forged.example" });
                using var answer = await client.PostAsync($"{ConsoleStaff.PathOf(page, person)}?handler={handler.Name}", form, Stop);
                if (answer.StatusCode != HttpStatusCode.Forbidden) wrong.Add($"{page.ViewEnginePath} {handler.Name}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_page_of_the_console_stands_in_a_section_and_asks_for_a_permission()
    {
        foreach (var page in staff.Pages())
        {
            Assert.True(typeof(AdminPage).IsAssignableFrom(page.ModelTypeInfo), page.ViewEnginePath);
            if (page.AttributeRouteInfo!.Template != "admin") Assert.NotNull(PermissionOf(page));
        }
    }

    // A page about a person asks for the right to see people beside its own.
    private static IEnumerable<string> NeededFor(CompiledPageActionDescriptor page) =>
        new[] { PermissionOf(page), PermissionOf(page, "AlsoNeeded"), typeof(PersonPage).IsAssignableFrom(page.ModelTypeInfo) ? ManagementPermissions.ViewUsers : null }.OfType<string>();

    private static string? PermissionOf(CompiledPageActionDescriptor page, string which = "Permission") =>
        typeof(AdminPage).GetProperty(which, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(RuntimeHelpers.GetUninitializedObject(page.ModelTypeInfo!)) as string;

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
