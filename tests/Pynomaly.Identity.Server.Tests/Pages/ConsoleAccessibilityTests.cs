using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Every page of the console for everybody.</summary>
public sealed class ConsoleAccessibilityTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    public static TheoryData<string> Pages { get; } =
    [
        "", "/people", "/people/new", "/people/new?how=account", "/people/{id}", "/people/{id}/edit", "/people/{id}/roles", "/people/{id}/factors", "/people/{id}/sessions", "/people/{id}/grants", "/people/{id}/keys",
        "/people/{id}/activity", "/people/{id}/impersonate", "/roles", "/roles/-/new", "/roles/owner", "/roles/viewer/edit", "/permissions", "/permissions/new", "/permissions/read/detectors", "/explain?subject={name}",
        "/explain/token?user={name}&client=console&scope=openid%20pynomaly_api", "/audit", "/audit?from=yesterday", "/audit/1", "/audit/seals", "/webhooks", "/webhooks/new", "/event-receivers", "/event-receivers/new", "/abuse", "/settings", "/settings/drift", "/health", "/imports", "/imports/new",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_used_by_everybody(string path)
    {
        var person = await staff.PersonAsync("owner");
        await using var visit = await staff.OpenAsync("owner", $"/admin{path.Replace("{id}", person.Id, StringComparison.Ordinal).Replace("{name}", person.Name, StringComparison.Ordinal)}");
        Assert.Equal("admin", await visit.NameAsync());

        await visit.AssertUsableInEachColourAsync();
    }

    [Fact]
    public async Task A_question_with_boxes_to_tick_fits_a_small_phone()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/roles/viewer");
        await visit.Page.SetViewportSizeAsync(320, 800);
        await visit.Page.ClickAsync("[popovertarget=ask-delete-role]");
        await visit.AssertUsableInEachColourAsync();
    }

    [Fact]
    public async Task The_palette_opens_by_the_keyboard_and_finds_a_person()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/roles");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit.Page.FillAsync(".palette-input", "ada");
        await visit.Page.Locator(".palette-item", new() { HasText = "Find people" }).ClickAsync();
        await visit.Page.ArriveAsync(url => url.Contains("/admin/people?search=ada", StringComparison.Ordinal));
    }
}
