using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The console with the keyboard alone: the palette's acts, rows with acts, questions before an act, acts on many. WCAG 2.1.1, 2.1.2, 2.4.3.</summary>
public sealed class ConsoleKeyboardTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private const string AtCancel = "document.activeElement.closest('#ask-disable') !== null && document.activeElement.getAttribute('popovertargetaction') === 'hide'";

    [Fact]
    public async Task The_palette_finds_what_can_be_begun_and_offers_nobody_what_is_not_theirs()
    {
        await using var owner = await staff.OpenAsync("owner", "/admin");
        await owner.Page.Keyboard.PressAsync("Control+k");
        await owner.Page.Keyboard.TypeAsync("event rec");
        Assert.Equal(["Event receivers", "New event receiver"], (await owner.Page.Locator(".palette-item").AllInnerTextsAsync()).Take(2));
        await owner.Page.Keyboard.PressAsync("ArrowDown");
        await owner.EnterAsync();
        Assert.Equal("/admin/event-receivers/new", owner.Path());

        await using var reader = await staff.OpenAsync("reader", "/admin");
        await reader.Page.Keyboard.PressAsync("Control+k");
        await reader.Page.Keyboard.TypeAsync("new ");
        Assert.DoesNotContain(await reader.Page.Locator(".palette-item").AllInnerTextsAsync(), words => words.StartsWith("New", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_palette_gives_the_focus_back_to_where_it_was()
    {
        await using var visit = await staff.OpenAsync("reader", "/admin/roles");
        await visit.Page.FocusAsync("#own-account");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await visit.Page.UntilAsync("document.activeElement.closest('#palette') !== null");
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.UntilAsync("document.activeElement.id === 'own-account'");
    }

    [Fact]
    public async Task A_question_before_an_act_opens_by_Enter_begins_at_Cancel_and_gives_the_focus_back()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/people/{person.Id}");
        var keys = visit.Page.Keyboard;
        foreach (var leave in (string[])["Escape", "Enter"])
        {
            await visit.Page.FocusAsync("[popovertarget=ask-disable]");
            await keys.PressAsync("Enter");
            await visit.Page.UntilAsync(AtCancel);
            await keys.PressAsync(leave);
            await visit.Page.UntilAsync("!document.querySelector('#ask-disable').checkVisibility() && document.activeElement.getAttribute('popovertarget') === 'ask-disable'");
        }

        await keys.PressAsync("Enter");
        await visit.Page.UntilAsync(AtCancel);
        await keys.PressAsync("Tab");
        Assert.Equal("disable", await visit.FocusAsync());
        await visit.EnterAsync();
        Assert.Contains("disabled", await visit.DoneAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_people_are_chosen_and_acted_on_without_a_mouse()
    {
        var (search, people) = await staff.Server.AddPeopleAsync(2);
        await using var visit = await staff.OpenAsync("owner", $"/admin/people?search={search}");
        var keys = visit.Page.Keyboard;
        foreach (var person in people)
        {
            await visit.Page.FocusAsync($"input[name=ids][value='{person.Id}']");
            await keys.PressAsync("Space");
        }

        await visit.Page.UntilAsync("document.querySelector('[data-chosen]').textContent === '2 chosen'");
        await visit.Page.FocusAsync("#act");
        await keys.PressAsync("D"); // one letter: a pause between two begins anew
        Assert.Equal("Disable", await visit.Page.InputValueAsync("#act"));
        await visit.TabToAsync("#bulk-ask");
        await visit.EnterAsync();
        Assert.Equal("Disable 2 accounts?", await visit.Page.InnerTextAsync("h1"));
        await visit.Page.FocusAsync("#bulk-run");
        await visit.EnterAsync();
        Assert.Contains("2 accounts", await visit.DoneAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/people")]
    [InlineData("/admin/clients/console")]
    [InlineData("/admin/event-receivers/new")]
    [InlineData("/admin/audit/seals")]
    public async Task Tab_reaches_every_control_in_order_and_leaves_the_page_again(string path)
    {
        await using var visit = await staff.OpenAsync("owner", path);
        await visit.Page.SetViewportSizeAsync(320, 800);
        var wanted = await visit.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary')]
              .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0).map((e, i) => (e.dataset.tab = String(i)))
            """);
        await visit.Page.EvaluateAsync("document.querySelector('#main').focus()");
        List<string> reached = [];
        for (var i = 0; i < wanted.Length + 10 && reached.LastOrDefault() != wanted[^1]; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<string?>("document.activeElement.dataset.tab ?? null") is { } at) reached.Add(at);
        }

        Assert.Equal(wanted, reached);
    }
}
