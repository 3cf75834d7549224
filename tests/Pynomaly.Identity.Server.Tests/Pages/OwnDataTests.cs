using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>An account's data, to be taken along; and its end.</summary>
[Collection<MailPageCollection>]
public sealed class OwnDataTests(MailPageServer server)
{
    [Fact]
    public async Task The_data_are_saved_as_JSON_without_any_secret()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/data");

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync("#download-data"));

        var text = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal("account.json", download.SuggestedFilename);
        Assert.Contains(person.Address(), JsonNode.Parse(text)!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("$2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_account_is_deleted_after_a_fresh_proof_and_kept_by_a_sign_in_within_the_days()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var elsewhere = await server.SignedInAsync(person);
        await using var visit = await server.SignedInAsync(person);
        server.Clock.Move(TimeSpan.FromMinutes(11));
        await visit.GoAsync("/account/data");
        await visit.ClickAsync("#delete-account");
        Assert.Equal("confirm", await visit.NameAsync());
        await visit.Page.FillAsync("#password", PageServer.Password);
        await visit.ClickAsync("#confirm");
        await visit.VerifyAsync(person.Code());
        Assert.Equal("/account/data/delete", visit.Path());

        await visit.Page.FillAsync("#username", "somebody else");
        await visit.ClickAsync("#confirm-delete");
        await visit.AssertRefusedAsync("username", "not your username");
        Assert.True(await elsewhere.IsSignedInAsync());
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#confirm-delete");
        Assert.Equal("/goodbye", visit.Path());
        Assert.Contains("will be deleted on", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());
        await visit.MailAsync(person.Address(), "Your account is going to be deleted");

        server.Clock.Move(TimeSpan.FromDays(6));
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.Code());
        Assert.True(await visit.Page.IsVisibleAsync("#deletion"));
        await visit.ClickAsync("#keep-account");
        Assert.Contains("stays", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.False(await visit.Page.IsVisibleAsync("#deletion"));
        server.Clock.Move(TimeSpan.FromDays(2));
        await elsewhere.GoAsync("/signin");
        await elsewhere.SignInAsync(person.Name);
        Assert.Equal("second-factor", await elsewhere.NameAsync());
    }

    [Fact]
    public async Task An_account_that_nobody_kept_is_gone_after_the_days_and_its_name_is_like_any_other()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.SignedInAsync(person);
        await visit.GoAsync("/account/data/delete");
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#confirm-delete");
        Assert.Equal("/goodbye", visit.Path());

        server.Clock.Move(TimeSpan.FromDays(8));
        await server.Services.GetRequiredService<Deletion>().DeleteDueAsync(TestContext.Current.CancellationToken); // what the job does every few minutes

        await visit.GoAsync("/signin");
        Assert.Equal("", await visit.Page.InputValueAsync("#username"));
        var refused = await RefusalAsync(visit, person.Name);
        Assert.Equal(await RefusalAsync(visit, "nobody-ever"), refused);
        Assert.False(await visit.IsSignedInAsync());
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        Assert.False(context.Users.Any(user => user.Id == person.Id));
        Assert.False(context.Sessions.Any(session => session.UserId == person.Id));
    }

    private static async Task<string> RefusalAsync(PageVisit visit, string name)
    {
        await visit.GoAsync("/signin");
        await visit.SignInAsync(name);
        return await visit.Page.InnerTextAsync("#password-error");
    }
}
