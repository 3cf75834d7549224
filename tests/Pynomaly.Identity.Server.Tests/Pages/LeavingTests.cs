using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Somebody leaves, thinks better of it, and leaves for good: the whole way, in one browser.</summary>
[Collection<MailPageCollection>]
public sealed class LeavingTests(MailPageServer server)
{
    [Fact]
    public async Task Somebody_leaves_comes_back_in_time_and_leaves_for_good()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.SignedInAsync(person);

        var told = await LeaveAsync(visit, person);
        Assert.False(await visit.IsSignedInAsync());

        server.Clock.Move(TimeSpan.FromDays(6));
        await DeleteDueAsync();
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Contains(told, await visit.Page.InnerTextAsync("#deletion"), StringComparison.Ordinal);
        await visit.ClickAsync("#keep-account");
        Assert.False(await visit.Page.IsVisibleAsync("#deletion"));
        server.Clock.Move(TimeSpan.FromDays(2)); // the first wish would have come true
        await DeleteDueAsync();
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        Assert.Equal("account", await visit.NameAsync());

        Assert.NotEqual(told, await LeaveAsync(visit, person));
        server.Clock.Move(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await DeleteDueAsync();
        var refused = await RefusedAsync(visit, person.Name);
        Assert.Equal(await RefusedAsync(visit, $"never-{person.Name}"), refused);
        Assert.Equal(await ForgottenAsync(visit, $"never-{person.Name}"), await ForgottenAsync(visit, person.Name));
        Assert.False(await visit.IsSignedInAsync());
    }

    // Asks for the end of the account; gives the moment that the page names, which is the one that stands in the database.
    private async Task<string> LeaveAsync(PageVisit visit, PagePerson person)
    {
        var before = server.Clock.GetUtcNow();
        await visit.GoAsync("/account/data");
        await visit.ClickAsync("#delete-account");
        Assert.Equal("/account/data/delete", visit.Path());
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#confirm-delete");
        Assert.Equal("/goodbye", visit.Path());
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        var ends = context.Users.Single(user => user.Id == person.Id).DeleteAfter!.Value;
        Assert.InRange(ends, before.AddDays(7).AddMilliseconds(-1), server.Clock.GetUtcNow().AddDays(7));
        var moment = ends.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
        Assert.Contains(moment, await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        return moment;
    }

    private Task<int> DeleteDueAsync() => server.Services.GetRequiredService<Deletion>().DeleteDueAsync(TestContext.Current.CancellationToken); // what the job does every few minutes

    private static async Task<string> RefusedAsync(PageVisit visit, string name)
    {
        await visit.GoAsync("/signin");
        await visit.SignInAsync(name);
        return $"{await visit.NameAsync()}: {await visit.Page.InnerTextAsync("#password-error")}";
    }

    private static async Task<string> ForgottenAsync(PageVisit visit, string name)
    {
        await visit.GoAsync("/forgotten");
        await visit.Page.FillAsync("#username", name);
        await visit.ClickAsync("#send-link");
        return await visit.Page.InnerTextAsync("main");
    }
}
