using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Dashboard, audit log, webhooks, settings and health in the console.</summary>
public sealed class ConsoleSystemTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    [Fact]
    public async Task An_administrators_own_account_leads_to_the_console_and_nobody_elses_does()
    {
        await using var administrator = await staff.OpenAsync("reader", "/account");
        await administrator.ClickAsync("#open-console");
        Assert.Equal("/admin", administrator.Path());

        await using var person = await staff.Server.SignedInAsync(await staff.Server.AddPersonAsync());
        await person.GoAsync("/account");
        Assert.Equal(1, await person.Page.Locator("#sign-out").CountAsync());
        Assert.Equal(0, await person.Page.Locator("#open-console").CountAsync());
    }

    [Fact]
    public async Task What_was_done_stands_in_the_audit_log_and_is_found_opened_and_exported()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/people/{person.Id}");
        await visit.Page.ClickAsync("[popovertarget=ask-disable]");
        await visit.ClickAsync("#disable");

        await visit.GoAsync("/admin/audit");
        await visit.Page.FillAsync("#about", person.Name);
        await visit.ClickAsync("#filter");
        Assert.Equal(1, await visit.Page.Locator("[data-event=UserDisabled]").CountAsync());
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync("#export"));
        Assert.Equal("audit.jsonl", download.SuggestedFilename);
        Assert.Contains("UserDisabled", await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await visit.ClickAsync("[data-event=UserDisabled] a");
        Assert.Equal("Account disabled", await visit.Page.InnerTextAsync("h1"));
        Assert.Contains(person.Id, await visit.Page.InnerTextAsync("#entry-json"), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", await visit.Page.InnerTextAsync(".facts"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_cannot_stand_is_told_beside_its_field_and_keeps_the_others()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/audit?actor=ada&from=yesterday");
        Assert.Contains("2026-01-31", await visit.Page.InnerTextAsync("#from-error"), StringComparison.Ordinal);
        Assert.StartsWith("That cannot be looked up:", await visit.Page.InnerTextAsync("#refused"), StringComparison.Ordinal); // nothing was to be done
        Assert.Equal("yesterday", await visit.Page.InputValueAsync("#from"));
        Assert.Equal("ada", await visit.Page.InputValueAsync("#actor"));
    }

    [Fact]
    public async Task A_length_of_time_among_the_settings_is_said_in_words_beside_how_it_is_written()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/settings?search=DeletionDelay");
        var cells = visit.Page.Locator("[data-setting='Identity:Accounts:DeletionDelay'] td");
        Assert.Contains("7.00:00:00", await cells.Nth(0).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("7 days", await cells.Nth(1).InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_of_the_dashboard_leads_to_the_entries_that_it_counts()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin");
        Assert.Equal(6, await visit.Page.Locator("#figures .bars").CountAsync());
        await visit.ClickAsync("#figures a");
        Assert.Equal("/admin/audit", visit.Path());
        Assert.Equal("SignedIn", await visit.Page.InputValueAsync("#event"));
        await visit.GoAsync("/admin?over=days");
        Assert.Equal(30, await visit.Page.Locator("#figures .bars").First.Locator("rect").CountAsync());
        await visit.GoUntilAsync("/admin/health", "document.querySelector('[data-health=database] .badge-done') !== null"); // for a moment a starved machine has not looked for changes
    }

    [Fact]
    public async Task A_manager_of_clients_gets_a_dashboard_without_what_is_not_theirs()
    {
        await using var visit = await staff.OpenAsync("client_manager", "/admin");
        Assert.Equal(0, await visit.Page.Locator("#figures").CountAsync());
        Assert.Equal(0, await visit.Page.Locator("a[href='/admin/people'], a[href='/admin/audit'], a[href='/admin/health']").CountAsync());
        Assert.True(await visit.Page.Locator("a[href='/admin/roles']").CountAsync() > 0);
    }

    [Fact]
    public async Task Settings_tell_their_source_and_hide_secrets()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/settings?only=set");
        Assert.Contains(staff.Server.Issuer, await visit.Page.InnerTextAsync("[data-setting='Identity:Issuer']"), StringComparison.Ordinal);
        await visit.GoAsync("/admin/settings?search=no-such-setting");
        Assert.True(await visit.Page.IsVisibleAsync("#no-settings"));
    }

    [Fact]
    public async Task A_webhook_is_made_with_a_key_shown_once_switched_off_and_removed()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/webhooks/new");
        var name = $"w{Guid.NewGuid():N}"[..12];
        await visit.Page.FillAsync("#name", name);
        await visit.Page.FillAsync("#address", "http://127.0.0.1/inside");
        await visit.ClickAsync("#save-webhook");
        Assert.Equal("address", await visit.FocusAsync());
        await visit.Page.FillAsync("#address", "https://hooks.example.org/audit");
        await visit.Page.FillAsync("#events", "SignInFailed");
        await visit.ClickAsync("#save-webhook");
        var secret = await visit.Page.InnerTextAsync("#secret");
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        await visit.ClickAsync("#secret-kept");
        Assert.DoesNotContain(secret, await visit.Page.ContentAsync(), StringComparison.Ordinal);
        await visit.ClickAsync("#switch-webhook");
        await visit.Page.ClickAsync("[popovertarget=ask-remove-webhook]");
        await visit.ClickAsync("#remove-webhook");
        Assert.Equal(0, await visit.Page.Locator($"[data-webhook={name}]").CountAsync());
    }
}
