using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
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

    // Here and not on the server of all tests: while a verification runs, its page comes again by itself, under whoever looks at it.
    [Fact]
    public async Task A_reader_looks_at_the_trail_and_proves_its_chain()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        await using var visit = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "reader"));
        await visit.GoAsync("/admin");
        await visit.ClickAsync(".menu-item[href='/admin/audit']");
        await visit.ClickAsync("#seals-tab");
        await visit.ClickAsync("#verify");
        Assert.Contains("The chain holds", await visit.Page.InnerTextAsync("#verified"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acceptance_stands_though_somebody_else_verifies_at_that_moment()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        await using var visit = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "owner"));
        await _server.BreakTrailAsync(Stop);
        await visit.VerifyTrailAsync();
        await _server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) => sql.ExecuteAsync("""
            CREATE TRIGGER somebody_verifies AFTER UPDATE ON server_state WHEN OLD.name = 'audit_verification' AND OLD.text LIKE '%"open":true%' AND NEW.text NOT LIKE '%"open":true%'
            BEGIN UPDATE server_state SET text = replace(text, '"state":"done"', '"state":"running"') WHERE name = 'audit_verification'; END
            """, stop), Stop);

        await visit.Page.FillAsync("#reason", "The test altered an entry by hand");
        await visit.ClickAsync("#accept-break");

        await visit.Page.LeaveAsync(() => Task.CompletedTask); // the page comes again by itself
        await visit.Page.UntilAsync("document.querySelector('#verifying') !== null && document.querySelector('#done')?.textContent.includes('proven anew')");
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
