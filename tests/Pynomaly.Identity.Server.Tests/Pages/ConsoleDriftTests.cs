using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>What was changed past the configuration files, as the console tells it.</summary>
public sealed class ConsoleDriftTests : IAsyncLifetime
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
    public async Task What_differs_from_the_files_is_told_in_words_and_what_stands_can_be_taken_along()
    {
        Assert.SkipWhen(_server.IsMissing, "No Chromium here.");
        await using var visit = await _server.SignedInAsync(await _server.AddPersonAsync(WithApp.Yes, "owner"));
        await visit.GoAsync("/admin/settings");
        await visit.ClickAsync("#drift-tab");
        Assert.True(await visit.Page.IsVisibleAsync("#no-files"));
        await visit.AssertUsableInEachColourAsync();

        var file = new ConfigurationFile { IsRemembered = true };
        file.AddForeign("body", Encoding.UTF8.GetBytes("""
            { "roles": [ { "name": "drifter", "description": "As agreed", "permissions": ["read:detectors", "read:datasets"] }, { "name": "leaver", "permissions": [] } ],
              "scopes": [ { "name": "drifting_api", "resources": ["https://drift.example"] } ] }
            """));
        await _server.Services.GetRequiredService<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
        await visit.GoAsync("/admin/settings/drift");
        Assert.True(await visit.Page.IsVisibleAsync("#no-drift"));

        var roles = _server.Services.GetRequiredService<RoleAdministration>();
        await roles.ChangeAsync(Operator.CommandLine, "drifter", new RoleChange { Description = "As somebody liked it", Permissions = ["read:detectors", "write:results"] }, false, null, Stop);
        await roles.DeleteAsync(Operator.CommandLine, "leaver", false, false, null, Stop);
        await visit.GoAsync("/admin/settings/drift");
        Assert.Equal(2, await visit.Page.Locator("[data-drift]").CountAsync());
        var words = await visit.Page.InnerTextAsync("[data-drift='role drifter']");
        Assert.Contains("Not in the files: write:results", words, StringComparison.Ordinal);
        Assert.Contains("Only in the files: read:datasets", words, StringComparison.Ordinal);
        Assert.Contains("The files ask for: As agreed", words, StringComparison.Ordinal);
        Assert.Contains("On this server: As somebody liked it", words, StringComparison.Ordinal);
        Assert.Contains("Gone", await visit.Page.InnerTextAsync("[data-drift='role leaver']"), StringComparison.Ordinal);
        await visit.AssertUsableInEachColourAsync();

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync("#export-configuration"));
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        Assert.Contains("As somebody liked it", await reader.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }
}
