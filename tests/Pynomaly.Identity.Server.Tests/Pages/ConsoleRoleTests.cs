using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Roles, permissions, explanations and bans in the console.</summary>
public sealed class ConsoleRoleTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    [Fact]
    public async Task A_role_is_made_with_a_look_at_what_it_grants_changed_and_deleted()
    {
        var name = $"r{Guid.NewGuid():N}"[..12];
        await using var visit = await staff.OpenAsync("owner", "/admin/roles/-/new");
        await visit.Page.FillAsync("#name", name);
        await visit.Page.FillAsync("#permissions", "read:*\nno pattern");
        await visit.ClickAsync("#save-role");
        Assert.Equal("permissions", await visit.FocusAsync());
        Assert.Equal("read:*\nno pattern", await visit.Page.InputValueAsync("#permissions"));
        await visit.Page.FillAsync("#permissions", "read:*");
        await visit.ClickAsync("#preview-role");
        Assert.Contains("read:detectors", await visit.Page.InnerTextAsync("#expansion"), StringComparison.Ordinal);
        await visit.ClickAsync("#save-role");
        Assert.Equal($"/admin/roles/{name}", visit.Path());
        Assert.Contains("grants", await visit.Page.InnerTextAsync("[data-pattern='read:*'] .badge"), StringComparison.Ordinal);

        await visit.ClickAsync("#edit-role");
        await visit.Page.FillAsync("#permissions", "read:datasets");
        await visit.ClickAsync("#save-role");
        Assert.Equal(1, await visit.Page.Locator("[data-pattern]").CountAsync());
        Assert.Equal(0, await visit.Page.Locator(".pager").CountAsync());

        await visit.Page.ClickAsync("[popovertarget=ask-delete-role]");
        await visit.ClickAsync("#delete-role");
        Assert.Equal("/admin/roles", visit.Path());
        Assert.Equal(0, await visit.Page.Locator($"[data-role={name}]").CountAsync());
    }

    [Theory]
    [InlineData("new")]
    [InlineData("team.lead")]
    public async Task A_role_that_is_named_like_a_page_or_with_a_dot_is_opened_and_come_back_to_after_the_proof(string name)
    {
        var owner = await staff.Server.AddPersonAsync(WithApp.Yes, "owner");
        await using var visit = await staff.Server.SignedInAsync(owner);
        await visit.GoAsync("/admin/roles/-/new");
        await visit.Page.FillAsync("#name", name);
        await visit.Page.FillAsync("#permissions", "read:detectors");
        await visit.ClickAsync("#save-role");
        await visit.GoAsync("/admin/roles");
        await visit.ClickAsync($"[data-role='{name}'] a");
        Assert.Equal(name, await visit.Page.InnerTextAsync("h1"));

        await staff.Server.AgeSessionsAsync(owner, TimeSpan.FromMinutes(11));
        await visit.ClickAsync("#edit-role");
        Assert.Equal("/signin/confirm", visit.Path());
        await visit.ProveAsync(owner);
        Assert.Equal($"/admin/roles/{name}/edit", visit.Path());
    }

    [Fact]
    public async Task A_permission_is_entered_described_and_deleted()
    {
        var name = $"read:{Guid.NewGuid():N}"[..14];
        await using var visit = await staff.OpenAsync("owner", "/admin/permissions/new");
        await visit.Page.FillAsync("#name", name);
        await visit.ClickAsync("#save-permission");
        Assert.Equal($"/admin/permissions/{name.Replace(':', '/')}", visit.Path());
        await visit.Page.FillAsync("#description", "Look at it");
        await visit.ClickAsync("#save-permission");
        Assert.Contains(name, await visit.DoneAsync(), StringComparison.Ordinal);
        await visit.Page.ClickAsync("[popovertarget=ask-delete-permission]");
        await visit.ClickAsync("#delete-permission");
        await visit.GoAsync($"/admin/permissions?search={name}");
        Assert.True(await visit.Page.IsVisibleAsync("#no-permissions"));
    }

    [Fact]
    public async Task Why_somebody_may_do_something_is_told_from_role_to_pattern()
    {
        var person = await staff.Server.AddPersonAsync(WithApp.No, "viewer");
        await using var visit = await staff.OpenAsync("reader", "/admin/explain");
        await visit.Page.FillAsync("#subject", person.Name);
        await visit.ClickAsync("#explain");
        Assert.Contains("viewer", await visit.Page.InnerTextAsync("[data-held='read:detectors']"), StringComparison.Ordinal);
        await visit.Page.FillAsync("#asked", "write:detectors");
        await visit.ClickAsync("#explain");
        Assert.Contains("Does not hold write:detectors", await visit.Page.InnerTextAsync("#lacks"), StringComparison.Ordinal);
        await visit.Page.FillAsync("#subject", "nobody at all");
        await visit.Page.FillAsync("#asked", "");
        await visit.ClickAsync("#explain");
        Assert.True(await visit.Page.IsVisibleAsync("#unknown"));
        await visit.Page.FillAsync("#subject", "");
        await visit.Page.FillAsync("#asked", "read:detectors");
        await visit.ClickAsync("#explain");
        Assert.Equal("/admin/permissions/read/detectors", visit.Path()); // a permission alone: who holds it
    }

    [Fact]
    public async Task A_token_is_simulated_with_its_claims_and_the_reason_for_each_permission()
    {
        var person = await staff.Server.AddPersonAsync(WithApp.No, "viewer");
        await using var visit = await staff.OpenAsync("reader", "/admin/explain/token");
        await visit.Page.FillAsync("#user", person.Name);
        await visit.Page.FillAsync("#client", PageServer.Trusted);
        await visit.Page.FillAsync("#scope", "openid pynomaly_api");
        await visit.ClickAsync("#simulate");
        Assert.Contains(person.Id, await visit.Page.InnerTextAsync("#claims"), StringComparison.Ordinal);
        Assert.Contains("viewer", await visit.Page.InnerTextAsync("[data-permission='read:detectors']"), StringComparison.Ordinal);
        await visit.Page.FillAsync("#scope", "no_such_scope");
        await visit.ClickAsync("#simulate");
        Assert.Contains("invalid_scope", await visit.Page.InnerTextAsync("#simulated-error"), StringComparison.Ordinal);
        await visit.Page.FillAsync("#client", "nobody");
        await visit.ClickAsync("#simulate");
        Assert.Equal("client", await visit.FocusAsync());
    }

    [Fact]
    public async Task A_source_that_looks_for_holes_stands_beside_the_bans_with_the_reason()
    {
        using var prober = new HttpClient { BaseAddress = new Uri(staff.Server.Issuer) };
        using var refused = await prober.GetAsync("/.git/config", TestContext.Current.CancellationToken);
        await using var visit = await staff.OpenAsync("reader", "/admin/abuse");

        var row = await visit.Page.Locator("[data-score]", new() { HasText = "Asks for known holes" }).First.InnerTextAsync();
        Assert.Contains("of 100", row, StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("main form").CountAsync());
        await visit.AssertUsableInEachColourAsync();
    }

    [Fact]
    public async Task An_address_is_banned_and_let_in_again()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/abuse");
        await visit.Page.FillAsync("#source", "not an address");
        await visit.ClickAsync("#ban");
        Assert.Equal("source", await visit.FocusAsync());
        await visit.Page.FillAsync("#source", "203.0.113.77");
        await visit.ClickAsync("#ban");
        var row = visit.Page.Locator("[data-ban='203.0.113.77']");
        await row.Locator("[popovertarget]").First.ClickAsync();
        await visit.ClickAsync($"#{await row.Locator("button[type=submit]").GetAttributeAsync("id")}");
        Assert.Equal(0, await visit.Page.Locator("[data-ban='203.0.113.77']").CountAsync());
    }
}
