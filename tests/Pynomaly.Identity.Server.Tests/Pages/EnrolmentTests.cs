using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The way to a second factor for people who must have one: choose, prove, backup codes, name, and on to where they were going.</summary>
public sealed class EnrolmentTests(PageServer server)
{
    [Fact]
    public async Task An_administrator_adds_an_authenticator_app_and_goes_on_to_the_client()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted));

        await visit.SignInAsync(person.Name);
        Assert.Equal("enrol", await visit.NameAsync());
        await visit.AssertUsableByEverybodyAsync();

        await visit.ClickAsync("#enrol-app");
        Assert.Equal("enrol-app", await visit.NameAsync());
        Assert.True(await visit.Page.IsVisibleAsync(".qr-code"));
        await visit.AssertUsableByEverybodyAsync();
        await visit.Page.ClickAsync("#by-hand > summary");
        person.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.AssertUsableByEverybodyAsync();

        await visit.VerifyAsync(person.WrongCode());
        Assert.Contains("not right", await visit.Page.InnerTextAsync("#code-error"), StringComparison.Ordinal);
        await visit.VerifyAsync(person.Code());

        Assert.Equal("enrol-codes", await visit.NameAsync());
        Assert.Equal(10, await visit.Page.Locator("#backup-codes > li").CountAsync());
        Assert.True(await visit.Page.IsVisibleAsync("#codes-download") && await visit.Page.IsVisibleAsync("#codes-print"));
        await visit.AssertUsableByEverybodyAsync();
        await visit.ClickAsync("#codes-stored");

        Assert.Equal("enrol-name", await visit.NameAsync());
        await visit.AssertUsableByEverybodyAsync();
        await visit.Page.FillAsync("#name", "My old phone");
        await visit.Page.ClickAsync("#enrol-done");
        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));

        await using var next = await server.OpenAsync("/signin");
        await next.SignInAsync(person.Name);
        await next.VerifyAsync(person.Code());
        Assert.Equal("account", await next.NameAsync());
    }

    [Fact]
    public async Task The_backup_codes_that_were_shown_are_saved_as_a_file_and_sign_in()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        await EnrolAppAsync(visit, person);

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync("#codes-download"));
        var saved = (await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, saved.Length);

        await using var next = await server.OpenAsync("/signin");
        await next.SignInAsync(person.Name);
        await next.Page.ClickAsync("#ways > summary");
        await next.ClickAsync("#way-backup");
        await next.VerifyAsync(saved[9]);
        Assert.Equal("account", await next.NameAsync());
    }

    [Fact]
    public async Task CS_11_No_step_of_it_can_be_left_out()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        var step = new Uri(visit.Page.Url).Query;

        await visit.GoAsync("/account");
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.GoAsync($"/signin/factor{step}");
        Assert.Equal("enrol", await visit.NameAsync());
        await visit.GoAsync($"/signin/enrol/app{step}&handle=guessed");
        Assert.Equal("enrol", await visit.NameAsync());
        await visit.GoAsync("/signin/enrol/name");
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.GoAsync("/signin/enrol");
        Assert.Equal("sign-in", await visit.NameAsync());
    }

    [Fact]
    public async Task CS_11_An_empty_form_advances_nothing()
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.ClickAsync("#enrol-app");

        await visit.VerifyAsync("");

        Assert.Equal("enrol-app", await visit.NameAsync());
        await visit.GoAsync("/account");
        Assert.Equal("sign-in", await visit.NameAsync());
    }

    private static async Task EnrolAppAsync(PageVisit visit, PagePerson person)
    {
        await visit.SignInAsync(person.Name);
        await visit.ClickAsync("#enrol-app");
        await visit.Page.ClickAsync("#by-hand > summary");
        person.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.VerifyAsync(person.Code());
    }
}
