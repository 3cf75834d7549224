using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Clients and scopes in the console, as their manager looks after them, and as a reader cannot.</summary>
public sealed class ConsoleClientTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private const string Manager = "client_manager";

    [Fact]
    public async Task A_web_client_is_made_with_a_secret_that_is_shown_once()
    {
        await using var visit = await staff.OpenAsync(Manager, "/admin/clients/-/new");
        await visit.ClickAsync("#purpose-web");
        await visit.Page.FillAsync("#clientname", "Ledger");
        await visit.Page.FillAsync("#redirecturis", "https://ledger.example/back\nhttp://ledger.example/back");
        await visit.ClickAsync("#save-client");
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#redirecturis-error"));
        Assert.Equal("redirecturis", await visit.FocusAsync());
        Assert.Equal("Ledger", await visit.Page.InputValueAsync("#clientname"));
        Assert.Contains("http://ledger.example/back", await visit.Page.InputValueAsync("#redirecturis"), StringComparison.Ordinal);

        await visit.Page.FillAsync("#redirecturis", "https://ledger.example/back");
        await visit.ClickAsync("#save-client");
        var (id, secret) = (await visit.Page.InnerTextAsync("#client-id"), await visit.Page.InnerTextAsync("#client-secret"));
        Assert.True(secret.Length >= 40);
        Assert.Contains(id, await visit.Page.Locator("[id^=snippet-]").First.InnerTextAsync(), StringComparison.Ordinal);
        await visit.AssertUsableInEachColourAsync();
        await visit.ClickAsync("#secret-kept");

        Assert.Equal("Ledger", await visit.Page.InnerTextAsync("h1"));
        foreach (var tab in (string[])["", "/credentials", "/integrate", "/posture"])
        {
            await visit.GoAsync($"/admin/clients/{id}{tab}");
            Assert.DoesNotContain(secret, await visit.Page.ContentAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_is_changed_gets_a_new_secret_loses_the_old_one_and_ends(bool hasScript)
    {
        var id = $"c{Guid.NewGuid():N}"[..12];
        await using var visit = await staff.OpenAsync(Manager, "/admin/clients/-/new?purpose=web", hasScript);
        await visit.MakeClientAsync(id);
        await visit.GoAsync($"/admin/clients/{id}");
        await visit.Page.FillAsync("#clientname", "Another name");
        await visit.Page.FillAsync("#accesstokenlifetime", "soon");
        await visit.ClickAsync("#save-client");
        Assert.Contains("number", await visit.Page.InnerTextAsync("#accesstokenlifetime-error"), StringComparison.Ordinal);
        Assert.Equal("Another name", await visit.Page.InputValueAsync("#clientname"));
        await visit.Page.FillAsync("#accesstokenlifetime", "300");
        await visit.ClickAsync("#save-client");
        Assert.Contains("changed", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal("Another name", await visit.Page.InnerTextAsync("h1"));
        Assert.Equal("300", await visit.Page.InputValueAsync("#accesstokenlifetime"));

        await visit.GoAsync($"/admin/clients/{id}/credentials");
        var old = (await visit.Page.Locator("[data-secret]").First.GetAttributeAsync("data-secret"))!;
        await visit.AskAsync("rotate-secret");
        Assert.True((await visit.Page.InnerTextAsync("#client-secret")).Length >= 40);
        Assert.Equal(2, await visit.Page.Locator("[data-secret]").CountAsync());
        await visit.ClickAsync("#secret-kept");
        await visit.Page.ClickAsync($"[data-secret='{old}'] [popovertarget]");
        await visit.ClickAsync($"[data-secret='{old}'] .button-danger");
        Assert.Contains("ended", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("[data-secret] .badge-done").CountAsync());

        await visit.GoAsync($"/admin/clients/{id}/posture");
        Assert.Equal(1, await visit.Page.Locator("#no-findings, [data-finding]").First.CountAsync());
        await visit.GoAsync($"/admin/clients/{id}");
        await visit.AskAsync("disable-client");
        Assert.Contains("disabled", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator(".console-head .badge-danger").CountAsync());
        await visit.AskAsync("enable-client");
        Assert.Equal(0, await visit.Page.Locator(".console-head .badge-danger").CountAsync());
        await visit.AskAsync("delete-client");
        Assert.Contains(id, await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(404, (await visit.GoAsync($"/admin/clients/{id}")).Status);
    }

    [Theory]
    [InlineData("odd+id(1)")]
    [InlineData("odd:id")]
    [InlineData("odd/../id?x=1&y#z")]
    [InlineData("100%2Fodd%")]
    [InlineData("-")]
    public async Task A_client_of_any_visible_name_is_opened_and_changed(string kind)
    {
        var id = $"{kind}{Guid.NewGuid():N}"[..(kind.Length + 8)];
        await using var visit = await staff.OpenAsync(Manager, "/admin/clients/-/new?purpose=web");
        await visit.MakeClientAsync(id);
        await visit.ClickAsync("#secret-kept");
        Assert.Equal(id, await visit.Page.InnerTextAsync(".crumbs code"));
        await visit.Page.FillAsync("#clientname", "Odd");
        await visit.ClickAsync("#save-client");
        Assert.Contains("changed", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal("Odd", await visit.Page.InnerTextAsync("h1"));

        await visit.ClickAsync("nav.tabs a[href$=credentials]");
        await visit.AskAsync("rotate-secret");
        Assert.Equal(id, await visit.Page.InnerTextAsync("#client-id"));
        await visit.GoAsync($"/admin/clients?search={Uri.EscapeDataString(id)}");
        await visit.ClickAsync("#clients tbody a");
        await visit.AskAsync("delete-client");
        Assert.Contains(id, await visit.DoneAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_and_a_scope_that_are_named_like_a_page_are_opened()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/clients/-/new?purpose=web");
        await visit.MakeClientAsync("new");
        await visit.GoAsync("/admin/clients?search=new");
        await visit.ClickAsync("[data-client=new] a");
        Assert.Equal("new", await visit.Page.InnerTextAsync(".crumbs code"));
        foreach (var name in (string[])["new", "a/b"])
        {
            await visit.GoAsync("/admin/scopes/-/new");
            await visit.Page.FillAsync("#name", name);
            await visit.ClickAsync("#save-scope");
            await visit.GoAsync($"/admin/scopes/{Uri.EscapeDataString(name)}");
            Assert.Equal(name, await visit.Page.InnerTextAsync("h1"));
            await visit.Page.FillAsync("#description", "Named so");
            await visit.ClickAsync("#save-scope");
            Assert.Equal("Named so", await visit.Page.InnerTextAsync("p.lead"));
        }
    }

    [Fact]
    public async Task Two_who_change_a_client_at_once_do_not_undo_each_other()
    {
        var id = $"c{Guid.NewGuid():N}"[..12];
        await using var one = await staff.OpenAsync(Manager, "/admin/clients/-/new?purpose=web");
        await one.MakeClientAsync(id);
        await one.GoAsync($"/admin/clients/{id}");
        await using var other = await staff.OpenAsync("owner", $"/admin/clients/{id}");
        await one.Page.FillAsync("#clientname", "First");
        await one.ClickAsync("#save-client");
        await other.Page.FillAsync("#clientname", "Second");
        await other.ClickAsync("#save-client");

        Assert.Equal("Second", await other.Page.InputValueAsync("#clientname"));
        Assert.Equal("First", await other.Page.InnerTextAsync("h1"));
        Assert.True(await other.Page.Locator("[role=alert]").First.IsVisibleAsync());
    }

    [Fact]
    public async Task What_the_posture_finds_is_mended_on_the_settings_page()
    {
        var id = $"d{Guid.NewGuid():N}"[..12];
        await using var visit = await staff.OpenAsync("owner", "/admin/clients/-/new?purpose=web");
        await visit.MakeClientAsync(id);
        await visit.GoAsync($"/admin/clients/{id}/posture");
        Assert.Equal(1, await visit.Page.Locator("[data-finding=sender-constrained]").CountAsync());
        await visit.GoAsync($"/admin/clients/{id}");
        await visit.Page.CheckAsync("[name=dpopboundaccesstokens]");
        await visit.Page.SelectOptionAsync("[name=idtokensignedresponsealg]", "RS256");
        await visit.ClickAsync("#save-client");
        Assert.True(await visit.Page.IsCheckedAsync("[name=dpopboundaccesstokens]"));
        await visit.GoAsync($"/admin/clients/{id}/posture");
        Assert.Equal(0, await visit.Page.Locator("[data-finding=sender-constrained]").CountAsync());
        Assert.Equal(1, await visit.Page.Locator("[data-finding=rs256-id-token]").CountAsync());
    }

    [Fact]
    public async Task A_scope_is_made_changed_and_deleted()
    {
        var name = $"s{Guid.NewGuid():N}"[..12];
        await using var visit = await staff.OpenAsync("owner", "/admin/scopes/-/new");
        await visit.Page.FillAsync("#name", "two words");
        await visit.Page.FillAsync("#displayname", "Read what stands");
        await visit.ClickAsync("#save-scope");
        Assert.Equal("name", await visit.FocusAsync());
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#name-error"));
        Assert.Equal("Read what stands", await visit.Page.InputValueAsync("#displayname"));
        await visit.Page.FillAsync("#name", name);
        await visit.Page.FillAsync("#resources", "https://ledger.example/api");
        await visit.ClickAsync("#save-scope");
        Assert.Contains(name, await visit.DoneAsync(), StringComparison.Ordinal);
        await visit.Page.FillAsync("#description", "Read ledgers");
        await visit.ClickAsync("#save-scope");
        Assert.Contains("changed", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal("Read ledgers", await visit.Page.InnerTextAsync(".lead"));
        await visit.AskAsync("delete-scope");
        Assert.Contains(name, await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator($"[data-scope={name}]").CountAsync());
    }

    [Theory]
    [InlineData("/clients")]
    [InlineData("/clients/console")]
    [InlineData("/clients/console/credentials")]
    [InlineData("/clients/console/integrate")]
    [InlineData("/clients/console/posture")]
    [InlineData("/scopes")]
    [InlineData("/scopes/pynomaly_api")]
    [InlineData("/api-keys")]
    [InlineData("/sessions")]
    [InlineData("/grants")]
    [InlineData("/revocations")]
    [InlineData("/signing-keys")]
    public async Task A_reader_sees_the_page_and_is_offered_nothing_to_do(string path)
    {
        await using var visit = await staff.OpenAsync("reader", $"/admin{path}");
        Assert.Equal("admin", await visit.NameAsync());
        Assert.Equal(0, await visit.Page.Locator("main form[method=post], main [popovertarget], main .button-primary").CountAsync());
    }
}
