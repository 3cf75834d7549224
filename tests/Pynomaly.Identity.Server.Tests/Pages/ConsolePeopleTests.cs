using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Looking after people in the console, as an owner does, and as a reader cannot.</summary>
public sealed class ConsolePeopleTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_owner_finds_a_person_gives_and_takes_a_role_disables_and_enables_them(bool hasScript)
    {
        var person = await staff.Server.AddPersonAsync();
        await using var elsewhere = await staff.Server.SignedInAsync(person);
        await using var visit = await staff.OpenAsync("owner", "/admin/people", hasScript);
        await visit.Page.FillAsync("#search", person.Name);
        await visit.ClickAsync("#filter");
        Assert.Equal(1, await visit.Page.Locator("#people tbody tr").CountAsync());
        await visit.ClickAsync($"[data-person={person.Name}] a");
        Assert.Equal(person.Name, await visit.Page.InnerTextAsync("h1"));

        await visit.GoAsync($"/admin/people/{person.Id}/roles");
        await visit.Page.SelectOptionAsync("#role", "viewer");
        await visit.ClickAsync("#give-role");
        Assert.Contains("viewer", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Contains("viewer", await visit.Page.InnerTextAsync("[data-held='read:results']"), StringComparison.Ordinal);
        await visit.Page.ClickAsync("[data-role=viewer] [popovertarget]");
        await visit.ClickAsync("#take-1");
        Assert.Equal(0, await visit.Page.Locator("[data-role=viewer]").CountAsync());

        await visit.GoAsync($"/admin/people/{person.Id}");
        await visit.Page.ClickAsync("[popovertarget=ask-disable]");
        Assert.Contains("Signs them out everywhere", await visit.Page.InnerTextAsync("#ask-disable"), StringComparison.Ordinal);
        await visit.ClickAsync("#disable");
        Assert.Contains("disabled", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());
        await visit.ClickAsync("#enable");
        Assert.Equal(1, await visit.Page.Locator("#disable").CountAsync());

        await visit.GoAsync($"/admin/people/{person.Id}/activity");
        Assert.Equal(1, await visit.Page.Locator("[data-event=UserDisabled]").CountAsync());
    }

    [Fact]
    public async Task Several_people_are_asked_about_by_number_and_name_before_they_are_disabled()
    {
        var (search, people) = await staff.Server.AddPeopleAsync(2);
        await using var visit = await staff.OpenAsync("owner", $"/admin/people?search={search}");

        await visit.Page.SelectOptionAsync("#act", "Disable");
        await visit.ClickAsync("#bulk-ask");
        Assert.Contains("Choose somebody", await visit.Page.InnerTextAsync("#bulk-problem"), StringComparison.Ordinal);
        await visit.Page.CheckAsync("[data-check-all]");
        Assert.Equal("2 chosen", await visit.Page.InnerTextAsync("[data-chosen]"));
        await visit.Page.SelectOptionAsync("#act", "Disable");
        await visit.ClickAsync("#bulk-ask");
        Assert.Equal("Disable 2 accounts?", await visit.Page.InnerTextAsync("h1"));
        Assert.Contains(people[0].Name, await visit.Page.InnerTextAsync("#bulk-question"), StringComparison.Ordinal);
        await visit.AssertUsableInEachColourAsync();
        await visit.ClickAsync("#bulk-run");

        Assert.Contains("2 accounts", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal($"?search={search}", new Uri(visit.Page.Url).Query);
        Assert.Equal(2, await visit.Page.Locator("#people .badge-danger").CountAsync());
        Assert.Equal(0, await visit.Page.Locator("[name=ids]:checked").CountAsync());
    }

    [Fact]
    public async Task Those_to_whom_it_was_not_done_stay_chosen_and_the_others_do_not()
    {
        var (search, people) = await staff.Server.AddPeopleAsync(2);
        await GiveAsync(people[1], "owner"); // out of a manager's reach
        await using var visit = await staff.OpenAsync("user_manager", $"/admin/people?search={search}");
        await visit.Page.CheckAsync("[data-check-all]");
        await visit.Page.SelectOptionAsync("#act", "Disable");
        await visit.ClickAsync("#bulk-ask");
        await visit.ClickAsync("#bulk-run");

        Assert.Contains(people[1].Name, await visit.Page.InnerTextAsync("#bulk-failed"), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("[name=ids]:checked").CountAsync());
        Assert.True(await visit.Page.IsCheckedAsync($"[name=ids][value='{people[1].Id}']"));
        Assert.True(await IsDisabledAsync(people[0]));
        Assert.False(await IsDisabledAsync(people[1]));
    }

    [Fact]
    public async Task What_is_refused_for_one_of_many_is_told_by_name()
    {
        var self = await staff.PersonAsync("owner");
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/people?search={self.Name[..1]}");
        await visit.GoAsync($"/admin/people?search={self.Name}");
        await visit.Page.CheckAsync("[name=ids]");
        await visit.Page.SelectOptionAsync("#act", "Disable");
        await visit.ClickAsync("#bulk-ask");
        await visit.ClickAsync("#bulk-run");

        Assert.Contains(self.Name, await visit.Page.InnerTextAsync("#bulk-failed"), StringComparison.Ordinal);
        Assert.False(await IsDisabledAsync(self));
        Assert.False(await IsDisabledAsync(person));
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_says_why_beside_the_field()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/people/{person.Id}/edit");
        await visit.Page.FillAsync("#username", PageServer.Username);
        await visit.Page.FillAsync("#name", "Grace Hopper");
        await visit.ClickAsync("#save-person");

        Assert.Contains("already", await visit.Page.InnerTextAsync("#username-error"), StringComparison.Ordinal);
        Assert.Equal("Grace Hopper", await visit.Page.InputValueAsync("#name"));
        Assert.Equal("username", await visit.FocusAsync());
        await visit.Page.FillAsync("#username", $"{person.Name}x");
        await visit.ClickAsync("#save-person");
        Assert.Equal("Grace Hopper", await visit.Page.InnerTextAsync("h1"));
    }

    [Theory]
    [InlineData("de-AT", "German (Austria) · de-AT")]
    [InlineData("x-ours", "x-ours")]
    public async Task A_persons_language_has_its_name_beside_its_code(string locale, string said)
    {
        var person = await staff.Server.AddPersonAsync();
        await using (var context = staff.Server.Services.GetRequiredService<ContextFactory>().CreateDbContext())
        {
            context.Users.Single(user => user.Id == person.Id).Profile = new() { Locale = locale };
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await using var visit = await staff.OpenAsync("reader", $"/admin/people/{person.Id}");
        Assert.Equal(said, await visit.Page.Locator(".fact", new() { HasText = "Language" }).Locator("dd").InnerTextAsync());
    }

    [Fact]
    public async Task A_person_is_added_and_sets_the_password_by_a_link_that_is_shown_once()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/people/new?how=account");
        var name = $"n{Guid.NewGuid():N}"[..12];
        await visit.Page.FillAsync("#username", name);
        await visit.ClickAsync("#add");
        var link = await visit.Page.InnerTextAsync("#link");
        await visit.ClickAsync("#link-kept");
        Assert.Equal(name, await visit.Page.InnerTextAsync("h1"));
        Assert.DoesNotContain(link, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        await using var other = await staff.Server.OpenAsync(new Uri(link).PathAndQuery);
        Assert.True(await other.Page.Locator("#password").IsVisibleAsync());
    }

    [Fact]
    public async Task A_reader_sees_people_and_is_offered_nothing_to_do()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.OpenAsync("reader", $"/admin/people?search={person.Name}");
        Assert.Equal(0, await visit.Page.Locator("#bulk, #add-person, [name=ids]").CountAsync());
        foreach (var tab in (string[])["", "/roles", "/factors", "/sessions", "/grants", "/keys", "/activity"])
        {
            await visit.GoAsync($"/admin/people/{person.Id}{tab}");
            Assert.Equal(person.Name, await visit.Page.InnerTextAsync("h1"));
            Assert.Equal(0, await visit.Page.Locator("main form, main [popovertarget]").CountAsync());
        }
    }

    [Fact]
    public async Task A_manager_of_users_is_told_why_an_owner_is_out_of_reach()
    {
        var owner = await staff.Server.AddPersonAsync(WithApp.Yes, "owner");
        await using var visit = await staff.OpenAsync("user_manager", $"/admin/people/{owner.Id}");

        Assert.True(await visit.Page.IsVisibleAsync("#stronger"));
        Assert.Equal(0, await visit.Page.Locator("main [popovertarget], #edit-person").CountAsync());
    }

    [Fact]
    public async Task What_asks_for_a_fresh_proof_sends_there_and_comes_back()
    {
        var owner = await staff.Server.AddPersonAsync(WithApp.Yes, "owner");
        await using var visit = await staff.Server.SignedInAsync(owner);
        await staff.Server.AgeSessionsAsync(owner, TimeSpan.FromMinutes(11));

        await visit.GoAsync("/admin/roles/-/new");

        Assert.Equal("/signin/confirm", visit.Path());
        Assert.Contains("return=%2Fadmin%2Froles%2F-%2Fnew", visit.Page.Url, StringComparison.Ordinal);
    }

    private async Task GiveAsync(PagePerson person, string role)
    {
        await using var context = staff.Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.UserRoles.Add(new() { UserId = person.Id, RoleId = context.Roles.Single(one => one.Name == role).Id });
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<bool> IsDisabledAsync(PagePerson person)
    {
        await using var context = staff.Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        return context.Users.Single(one => one.Id == person.Id).IsDisabled;
    }
}
