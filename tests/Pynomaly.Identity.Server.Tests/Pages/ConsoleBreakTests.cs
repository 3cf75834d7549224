using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A trail that somebody altered past the server: the console finds it, an owner accepts it with name and reason, and what comes after it is proven anew.</summary>
public sealed class ConsoleBreakTests : IAsyncLifetime
{
    private readonly PageServer _server = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task An_altered_entry_is_found_accepted_by_name_and_reason_and_told_of_ever_after()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        var person = await _server.AddPersonAsync(WithApp.Yes, "owner");
        await using var visit = await _server.SignedInAsync(person);
        await _server.BreakTrailAsync(Stop);
        await visit.VerifyTrailAsync();
        Assert.Contains("does not hold", await visit.Page.InnerTextAsync("#verified"), StringComparison.Ordinal);
        Assert.Equal(1, await visit.Page.Locator("#findings li").CountAsync());
        await visit.AssertUsableInEachColourAsync();

        await using (var reader = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "reader")))
        {
            await reader.GoAsync("/admin/audit/seals");
            Assert.Equal(1, await reader.Page.Locator("#findings li").CountAsync());
            Assert.Equal(0, await reader.Page.Locator("#accept-break").CountAsync());
        }

        await visit.ClickAsync("#accept-break");
        Assert.Equal("reason", await visit.FocusAsync());
        await visit.Page.FillAsync("#reason", "The test altered an entry by hand");
        await visit.ClickAsync("#accept-break");
        Assert.Contains("proven anew", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await visit.Page.Locator("#accept-break").CountAsync());

        await visit.WaitForVerificationAsync(); // by itself
        Assert.Contains("The chain holds", await visit.Page.InnerTextAsync("#verified"), StringComparison.Ordinal);
        var accepted = await visit.Page.InnerTextAsync("#accepted");
        Assert.Contains("The test altered an entry by hand", accepted, StringComparison.Ordinal);
        Assert.Contains(person.Name, accepted, StringComparison.Ordinal);
        await visit.AssertUsableInEachColourAsync();
        await visit.GoAsync("/admin/audit?event=AuditBreakAccepted");
        Assert.Equal(1, await visit.Page.Locator("[data-event=AuditBreakAccepted]").CountAsync());
    }
}
