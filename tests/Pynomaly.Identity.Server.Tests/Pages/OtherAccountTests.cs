using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Two people at one browser: an application that asks which account it is gets the one that was chosen.</summary>
public sealed class OtherAccountTests(PageServer server)
{
    [Fact]
    public async Task Somebody_else_takes_a_request_over_and_the_first_person_is_signed_out()
    {
        var first = await server.AddPersonAsync();
        var second = await server.AddPersonAsync();
        await using var visit = await server.SignedInAsync(first);
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=select_account"));
        Assert.Contains(first.Name, await visit.Page.InnerTextAsync("#continue-as"), StringComparison.Ordinal);

        await visit.ClickAsync("#other-account");
        Assert.Contains("Console", await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
        await visit.SignInAsync(second.Name);

        Assert.True((await visit.ReturnAsync()).ContainsKey("code"));
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=select_account"));
        Assert.Contains(second.Name, await visit.Page.InnerTextAsync("#continue-as"), StringComparison.Ordinal);
        Assert.DoesNotContain(first.Name, await visit.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }
}
