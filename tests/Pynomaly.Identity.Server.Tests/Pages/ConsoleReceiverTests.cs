using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Receivers of security events in the console: made, tried, told, failing, changed, removed.</summary>
public sealed class ConsoleReceiverTests : IAsyncLifetime
{
    private readonly PageServer _server = new(("Identity:Outbound:AllowedHosts:0", "127.0.0.1"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_is_made_tried_told_looked_at_while_it_fails_and_removed()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        await using var push = await PushReceiver.StartAsync();
        var person = await _server.AddPersonAsync();
        await using var visit = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "owner"));
        await visit.GoAsync("/admin/event-receivers");
        Assert.True(await visit.Page.IsVisibleAsync("#no-receivers"));
        await visit.AssertUsableInEachColourAsync();

        await visit.ClickAsync("#new-receiver");
        await visit.Page.FillAsync("#name", "Detectors");
        await visit.Page.FillAsync("#address", "http://10.0.0.1/events");
        await visit.Page.FillAsync("#credential", "Bearer let-me-in");
        await visit.ClickAsync("#save-receiver");
        Assert.Equal("address", await visit.FocusAsync());
        await visit.AssertUsableInEachColourAsync();
        await visit.Page.FillAsync("#address", push.Url + "?token=of-the-receiver");
        await visit.Page.FillAsync("#credential", "Bearer let-me-in"); // secrets are never written back
        foreach (var type in (string[])["token-claims-change", "credential-change", "session-revoked"]) await visit.Page.UncheckAsync($"[value={type}]");
        await visit.ClickAsync("#save-receiver");
        Assert.True(await visit.Page.IsVisibleAsync("#events-error"));
        await visit.Page.CheckAsync("[value=session-revoked]");
        await visit.Page.FillAsync("#credential", "Bearer let-me-in");
        await visit.ClickAsync("#save-receiver");
        Assert.Contains("Send a test", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("let-me-in", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        var path = visit.Path();

        await visit.ClickAsync("#test-receiver");
        Assert.Contains("took it", await visit.Page.InnerTextAsync("#tried"), StringComparison.Ordinal);
        Assert.Equal("Bearer let-me-in", Assert.Single(push.Pushes).Authorization);
        await visit.AssertUsableInEachColourAsync();

        push.Answer = _ => Task.FromResult(503);
        await _server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(person.Id, "test", null, Stop);
        await visit.GoUntilAsync(path, "document.querySelector('#next-try') !== null"); // it fails, and says when it is tried again
        Assert.Equal("1", await visit.Page.InnerTextAsync("#waiting"));
        Assert.Contains("The answer was 503, not 202", await visit.Page.InnerTextAsync(".facts"), StringComparison.Ordinal);

        push.Answer = _ => Task.FromResult(202);
        await visit.Page.FillAsync("#name", "Detectors API");
        await visit.ClickAsync("#save-receiver");
        await visit.GoUntilAsync(path, "document.querySelector('#waiting').textContent.startsWith('N')"); // what waited was told
        Assert.Equal("session-revoked", push.Pushes[^1].Type);
        Assert.Equal("Bearer let-me-in", push.Pushes[^1].Authorization); // an empty field keeps it

        await _server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE event_receivers SET is_enabled = $1, failed_count = 130, last_error = $2", stop, false, "The answer was 401 (invalid_key), not 202"), Stop);
        await visit.GoAsync("/admin/event-receivers");
        Assert.Contains("Given up", await visit.Page.InnerTextAsync("[data-receiver='Detectors API']"), StringComparison.Ordinal);
        await visit.ClickAsync("#receivers a");
        Assert.True(await visit.Page.IsVisibleAsync("#given-up"));
        await visit.AssertUsableInEachColourAsync();
        await visit.ClickAsync("#switch-receiver");
        Assert.Equal(0, await visit.Page.Locator("#given-up").CountAsync());
        await visit.AskAsync("remove-receiver");
        Assert.True(await visit.Page.IsVisibleAsync("#no-receivers"));
    }

    [Fact]
    public async Task AD_07_who_only_reads_sees_how_it_goes_and_neither_the_token_in_the_address_nor_a_form()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        await using var owner = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "owner"));
        await owner.GoAsync("/admin/event-receivers/new");
        await owner.Page.FillAsync("#name", "Readers");
        await owner.Page.FillAsync("#address", "https://events.example.org/in?token=of-the-receiver");
        await owner.ClickAsync("#save-receiver");

        await using var reader = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "reader"));
        foreach (var path in (string[])["/admin/event-receivers", owner.Path()])
        {
            await reader.GoAsync(path);
            var page = await reader.Page.ContentAsync();
            Assert.Contains("https://events.example.org/in", page, StringComparison.Ordinal);
            Assert.DoesNotContain("of-the-receiver", page, StringComparison.Ordinal);
            Assert.Equal(0, await reader.Page.Locator("main form").CountAsync());
        }
    }
}
