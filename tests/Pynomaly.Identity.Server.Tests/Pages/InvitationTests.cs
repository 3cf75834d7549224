using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Administration;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>An invitation as the invited person meets it.</summary>
public sealed class InvitationTests(PageServer server)
{
    [Fact]
    public async Task What_is_refused_is_said_in_the_language_of_the_reader()
    {
        var address = $"{Guid.NewGuid():N}@example.org";
        var link = await server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, address, [], TestContext.Current.CancellationToken);
        await using var visit = await server.OpenAsync(link, new BrowserNewContextOptions { Locale = "de" });

        await AcceptAsync("somebody@example.org", "nine silent moths circle");
        Assert.Contains("Das ist eine andere E-Mail-Adresse", await visit.Page.InnerTextAsync("#username-error"), StringComparison.Ordinal);
        await AcceptAsync(PageServer.Username, "nine silent moths circle");
        Assert.Contains("vergeben", await visit.Page.InnerTextAsync("#username-error"), StringComparison.Ordinal);
        await AcceptAsync(address, "password1");
        Assert.Contains("probieren Angreifer als Erstes", await visit.Page.InnerTextAsync("#password-error"), StringComparison.Ordinal);

        async Task AcceptAsync(string username, string password)
        {
            await visit.Page.FillAsync("#username", username);
            await visit.Page.FillAsync("#password", password);
            await visit.ClickAsync("#accept-invitation");
        }
    }
}
