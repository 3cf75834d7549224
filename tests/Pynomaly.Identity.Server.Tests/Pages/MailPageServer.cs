using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The same server with mails in a folder, the mailbox of development, self-registration, recovery by e-mail, and a clock that can be put forward.</summary>
public sealed class MailPageServer : PageServer
{
    /// <summary>A client that asks for consent and gets a refresh token.</summary>
    public const string Keeping = "keeper";

    // The example of RFC 7636 appendix B; the challenge stands in every authorization request of these tests.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// <summary>The server's clock.</summary>
    internal RunningClock Clock { get; } = new();

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        if (IsMissing) return;
        await using var context = Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Applications.Add(new Application
        {
            ClientId = Keeping, Created = Clock.GetUtcNow(), Updated = Clock.GetUtcNow(),
            Metadata = new ClientMetadata
            {
                ClientName = "Keeper", Consent = "explicit", RedirectUris = [RedirectUri], TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code", "refresh_token"],
                Scope = "openid profile email offline_access pynomaly_api",
            },
        });
        await context.SaveChangesAsync();
        Services.GetRequiredService<ChangeFeed>().Look();
    }

    /// <summary>Redeems the code that the browser brought.</summary>
    internal async Task<JsonElement> RedeemAsync(string code) =>
        (await TokenAsync(new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = RedirectUri, ["code_verifier"] = Verifier })).Body;

    /// <summary>Refreshes.</summary>
    internal Task<(HttpStatusCode Status, JsonElement Body)> RefreshAsync(string token) => TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token });

    /// <inheritdoc/>
    protected override void Configure(WebApplicationBuilder builder)
    {
        builder.Environment.EnvironmentName = "Development";
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Identity:Mail:Delivery", "Folder"), new("Identity:Mail:Folder", Path.Combine(Home, "mail")), new("Identity:Accounts:SelfRegistration", "true"),
            new("Identity:Accounts:FactorRecovery", "Email"),
        ]);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> TokenAsync(Dictionary<string, string> fields)
    {
        using var http = new HttpClient(new PatientHandler(new HttpClientHandler())) { BaseAddress = new Uri(Issuer) };
        fields["client_id"] = Keeping;
        using var answer = await http.PostAsync(Paths.Token, new FormUrlEncodedContent(fields));
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }
}
