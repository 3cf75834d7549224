using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Each kind of administrator walks the console once in a real browser: sees the sections that are theirs and no others, does what they are there for, is told why another's page stays closed, and proves themselves afresh before what is dangerous (AD-01, AD-02).</summary>
public sealed class ConsoleWalkTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private const string Everything = "Dashboard,People,Roles,Permissions,Explain access,Clients,Scopes and APIs,API keys,Sessions,Grants,Revocations,Signing keys,Audit log,Webhooks,Event receivers,Abuse,Imports,Settings,Health";

    [Theory]
    [InlineData("owner", Everything)]
    [InlineData("reader", Everything)]
    [InlineData("security_officer", Everything)]
    [InlineData("user_manager", "Dashboard,People,Roles,Permissions,Explain access,Sessions,Grants,Revocations")]
    [InlineData("client_manager", "Dashboard,Roles,Permissions,Explain access,Clients,Scopes and APIs,API keys")]
    public async Task AD_01_Each_role_walks_the_sections_that_it_has_and_has_no_others(string role, string sections)
    {
        await using var visit = await staff.OpenAsync(role, "/admin");
        Assert.Equal(sections.Split(','), await visit.Page.Locator(".menu-item").AllInnerTextsAsync());

        foreach (var name in sections.Split(','))
        {
            await visit.ClickAsync($".menu-item:text-is('{name}'), .menu-item:has(span:text-is('{name}'))");
            Assert.Equal("admin", await visit.NameAsync());
            Assert.Equal(name, await visit.Page.InnerTextAsync("h1"));
            Assert.Equal(name, await visit.Page.InnerTextAsync(".menu-item[aria-current=page]"));
        }
    }

    [Theory]
    [InlineData("reader", "/admin/clients/-/new", "manage:clients")]
    [InlineData("reader", "/admin/imports/new", "manage:system")]
    [InlineData("user_manager", "/admin/clients", "view:clients")]
    [InlineData("user_manager", "/admin/signing-keys", "view:keys")]
    [InlineData("client_manager", "/admin/people", "view:users")]
    [InlineData("client_manager", "/admin/settings/drift", "view:system")]
    [InlineData("security_officer", "/admin/roles/-/new", "manage:roles")]
    [InlineData("security_officer", "/admin/people/new", "manage:users")]
    public async Task AD_01_A_page_that_is_anothers_stays_closed_and_says_why(string role, string path, string needed)
    {
        await using var visit = await staff.OpenAsync(role, "/admin");
        Assert.Equal(403, (await visit.GoAsync(path)).Status);
        Assert.Contains(needed, await visit.Page.InnerTextAsync("#closed"), StringComparison.Ordinal);
        await visit.ClickAsync("#to-console");
        Assert.Equal("/admin", visit.Path());
    }

    [Fact]
    public async Task AD_02_A_user_manager_disables_somebody_and_gives_a_role_only_after_a_fresh_proof()
    {
        var person = await staff.Server.AddPersonAsync();
        var (manager, visit) = await ComeAsync("user_manager");
        await using var browser = visit;
        await visit.GoAsync($"/admin/people/{person.Id}");
        await visit.AskAsync("disable");
        Assert.Contains("disabled", await visit.DoneAsync(), StringComparison.Ordinal);
        await visit.ClickAsync("#enable");

        await staff.Server.AgeSessionsAsync(manager, TimeSpan.FromMinutes(11));
        await visit.GoAsync($"/admin/people/{person.Id}/factors");
        await visit.AskAsync("link-password-hand");
        await ProveAsync(visit, manager, $"/admin/people/{person.Id}/factors");
        await visit.AskAsync("link-password-hand");
        Assert.True(await visit.Page.IsVisibleAsync("#link"));
    }

    [Fact]
    public async Task AD_02_A_client_manager_makes_a_client_and_a_secret_only_after_a_fresh_proof()
    {
        var id = $"c{Guid.NewGuid():N}"[..12];
        var (manager, visit) = await ComeAsync("client_manager");
        await using var browser = visit;
        await staff.Server.AgeSessionsAsync(manager, TimeSpan.FromMinutes(11));
        await visit.GoAsync("/admin/clients/-/new?purpose=web");
        await ProveAsync(visit, manager, "/admin/clients/-/new");
        await visit.MakeClientAsync(id);
        Assert.Equal(id, await visit.Page.InnerTextAsync("#client-id"));

        await staff.Server.AgeSessionsAsync(manager, TimeSpan.FromMinutes(11));
        await visit.GoAsync($"/admin/clients/{id}/credentials");
        if (visit.Path() != "/signin/confirm") await visit.AskAsync("rotate-secret");
        Assert.Equal("/signin/confirm", visit.Path());
    }

    [Fact]
    public async Task AD_02_A_security_officer_ends_a_session_and_changes_the_signing_keys_only_after_a_fresh_proof()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var elsewhere = await staff.Server.SignedInAsync(person);
        var (officer, visit) = await ComeAsync("security_officer");
        await using var browser = visit;
        await visit.GoAsync($"/admin/sessions?owner={person.Id}");
        await visit.AskAsync("end-1");
        Assert.Contains("ended", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());

        await staff.Server.AgeSessionsAsync(officer, TimeSpan.FromMinutes(11));
        await visit.GoAsync("/admin/signing-keys");
        await visit.AskAsync("rotate");
        await ProveAsync(visit, officer, "/admin/signing-keys");
        await visit.AskAsync("rotate");
        Assert.NotEmpty(await visit.DoneAsync());
    }

    [Fact]
    public async Task AD_02_An_owner_makes_a_role_only_after_a_fresh_proof_and_cannot_shut_themselves_out()
    {
        var (owner, visit) = await ComeAsync("owner");
        await using var browser = visit;
        await staff.Server.AgeSessionsAsync(owner, TimeSpan.FromMinutes(11));
        await visit.GoAsync("/admin/roles/-/new");
        await ProveAsync(visit, owner, "/admin/roles/-/new");
        await visit.Page.FillAsync("#name", $"r{Guid.NewGuid():N}"[..12]);
        await visit.Page.FillAsync("#permissions", "read:detectors");
        await visit.ClickAsync("#save-role");
        Assert.NotEmpty(await visit.DoneAsync());

        await visit.GoAsync($"/admin/people/{owner.Id}");
        Assert.Equal(0, await visit.Page.Locator("#disable").CountAsync());
    }

    [Fact]
    public async Task The_palette_is_used_with_the_keyboard_alone()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/roles");
        var keys = visit.Page.Keyboard;
        await keys.PressAsync("Control+k");
        await keys.TypeAsync("sign");
        Assert.Equal("Signing keys", await visit.Page.InnerTextAsync(".palette-item[aria-selected=true]"));
        await visit.AssertUsableInEachColourAsync();
        await keys.PressAsync("Escape");
        await visit.Page.UntilAsync("!document.querySelector('#palette').checkVisibility()");
        await keys.PressAsync("Control+k");
        Assert.Equal("", await visit.Page.InputValueAsync(".palette-input"));
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("ArrowUp");
        Assert.Equal("People", await visit.Page.InnerTextAsync(".palette-item[aria-selected=true]"));
        await visit.EnterAsync();
        Assert.Equal("/admin/people", visit.Path());
        await keys.PressAsync("Control+k");
        await keys.TypeAsync("ada l");
        await visit.EnterAsync();
        Assert.Equal("?search=ada%20l", new Uri(visit.Page.Url).Query);
    }

    private async Task<(PagePerson Person, PageVisit Visit)> ComeAsync(string role)
    {
        Assert.SkipWhen(staff.Server.IsMissing, "No Chromium here.");
        var person = await staff.Server.AddPersonAsync(WithApp.Yes, role);
        return (person, await staff.Server.SignedInAsync(person));
    }

    private static async Task ProveAsync(PageVisit visit, PagePerson person, string back)
    {
        Assert.Equal("/signin/confirm", visit.Path());
        await visit.ProveAsync(person);
        Assert.Equal(back, visit.Path());
    }
}
