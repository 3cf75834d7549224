using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>API keys, sessions, grants, revocations and signing keys in the console.</summary>
public sealed class ConsoleTokenTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private const string Keeping = "console-tokens-keeper";

    private static readonly HttpClient Http = new(new PatientHandler(new HttpClientHandler()));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_gets_a_key_a_new_secret_for_it_and_loses_it()
    {
        var client = $"c{Guid.NewGuid():N}"[..12];
        await using var visit = await staff.OpenAsync("owner", "/admin/clients/-/new?purpose=service");
        await visit.Page.FillAsync("#clientname", "Nightly");
        await visit.Page.FillAsync("#permissions", "read:results");
        await visit.Page.FillAsync("#clientid", client);
        await visit.ClickAsync("#save-client");
        Assert.Equal(client, await visit.Page.InnerTextAsync("#client-id"));

        await visit.GoAsync("/admin/api-keys/new");
        await visit.Page.FillAsync("#client", "no-such-service");
        await visit.Page.FillAsync("#name", client);
        await visit.Page.FillAsync("#permissions", "read:results");
        await visit.ClickAsync("#save-key");
        Assert.NotEmpty(await visit.Page.InnerTextAsync("#client-error"));
        Assert.Equal(client, await visit.Page.InputValueAsync("#name"));
        await visit.Page.FillAsync("#client", client);
        await visit.ClickAsync("#save-key");
        var key = await visit.Page.InnerTextAsync("#api-key");
        await visit.ClickAsync("#key-kept");
        Assert.DoesNotContain(key, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        await visit.GoAsync($"/admin/api-keys?search={client}");
        await visit.AskAsync("rotate-1");
        Assert.NotEqual(key, await visit.Page.InnerTextAsync("#api-key"));
        await visit.ClickAsync("#key-kept");
        await visit.GoAsync($"/admin/api-keys?search={client}");
        await visit.AskAsync("revoke-1");
        Assert.Contains("revoked", await visit.DoneAsync(), StringComparison.Ordinal);
        await visit.GoAsync($"/admin/api-keys?search={client}&state=active");
        Assert.True(await visit.Page.IsVisibleAsync("#no-keys"));
    }

    [Fact]
    public async Task A_session_is_ended_and_its_browser_is_signed_out()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var elsewhere = await staff.Server.SignedInAsync(person);
        await using var visit = await staff.OpenAsync("owner", $"/admin/sessions?owner={person.Id}");
        Assert.Equal(1, await visit.Page.Locator("[data-session]").CountAsync());
        await visit.AskAsync("end-1");
        Assert.Contains("ended", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.False(await elsewhere.IsSignedInAsync());
        await visit.GoAsync($"/admin/sessions?owner={person.Id}&state=all");
        Assert.Equal(0, await visit.Page.Locator("[data-session] [popovertarget]").CountAsync());
    }

    [Fact]
    public async Task A_grant_is_ended_and_its_token_refreshes_no_more()
    {
        var (person, tokens) = await GrantAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/grants?owner={person.Id}");
        Assert.Equal(1, await visit.Page.Locator("#grants tbody tr").CountAsync());
        await visit.AskAsync("end-1");
        Assert.Contains("ended", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(tokens.Refresh));
    }

    [Fact]
    public async Task A_grant_is_ended_on_its_persons_page_too_where_the_client_has_its_name()
    {
        var (person, tokens) = await GrantAsync();
        await using var visit = await staff.OpenAsync("owner", $"/admin/people/{person.Id}/grants");
        Assert.Equal("Keeper", await visit.Page.InnerTextAsync("#grants tbody .person-name"));
        Assert.Equal(Keeping, await visit.Page.InnerTextAsync("#grants tbody .person-detail"));
        await visit.AskAsync("end-1");
        Assert.Contains("ended", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal($"/admin/people/{person.Id}/grants", visit.Path());
        Assert.True(await visit.Page.IsVisibleAsync("#no-grants"));
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(tokens.Refresh));
    }

    [Fact]
    public async Task Who_may_only_look_sees_a_persons_grants_without_the_act()
    {
        var (person, tokens) = await GrantAsync();
        await using var visit = await staff.OpenAsync("reader", $"/admin/people/{person.Id}/grants");
        Assert.Equal(1, await visit.Page.Locator("#grants tbody tr").CountAsync());
        Assert.Equal(0, await visit.Page.Locator("main form, main [popovertarget]").CountAsync());
        Assert.Equal(HttpStatusCode.OK, await RefreshAsync(tokens.Refresh));
    }

    [Fact]
    public async Task A_token_that_is_pasted_is_revoked_and_stands_in_the_list()
    {
        var (_, tokens) = await GrantAsync();
        await using var visit = await staff.OpenAsync("owner", "/admin/revocations");
        await visit.Page.FillAsync("#token", "not a token");
        await visit.ClickAsync("#revoke-token");
        Assert.Contains("neither", await visit.Page.InnerTextAsync("#token-error"), StringComparison.Ordinal);
        Assert.Equal("", await visit.Page.InputValueAsync("#token"));

        await visit.Page.FillAsync("#token", tokens.Access);
        await visit.ClickAsync("#revoke-token");
        Assert.Contains("revoked", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.True(await visit.Page.Locator("[data-revocation]").CountAsync() > 0);
        await visit.Page.FillAsync("#token", tokens.Refresh);
        await visit.ClickAsync("#revoke-token");
        Assert.Contains("grant", await visit.DoneAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await RefreshAsync(tokens.Refresh));

        await visit.Page.FillAsync("#client", "no-such-client");
        await visit.ClickAsync("#cut-off");
        Assert.Equal("client", await visit.FocusAsync());
        Assert.Equal("no-such-client", await visit.Page.InputValueAsync("#client"));
    }

    [Fact]
    public async Task Signing_keys_get_successors_that_are_published_first()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/signing-keys");
        var before = await visit.Page.Locator("[data-key]").CountAsync();
        await visit.AskAsync("rotate");
        Assert.NotEmpty(await visit.DoneAsync());
        Assert.True(await visit.Page.Locator("[data-key]").CountAsync() > before);
        Assert.True(await visit.Page.Locator("[data-key] .badge-attention").CountAsync() > 0);
    }

    private async Task<(PagePerson Person, (string Access, string Refresh) Tokens)> GrantAsync()
    {
        var person = await staff.Server.AddPersonAsync();
        await using var visit = await staff.Server.SignedInAsync(person);
        await visit.GoAsync(staff.Server.Authorize(await KeepingClientAsync()).Replace("openid", "openid%20offline_access", StringComparison.Ordinal));
        var answer = await TokenAsync(new() { ["grant_type"] = "authorization_code", ["code"] = (await visit.ReturnAsync())["code"], ["redirect_uri"] = staff.Server.RedirectUri, ["code_verifier"] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" });
        using var body = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Stop));
        return (person, (body.RootElement.GetProperty("access_token").GetString()!, body.RootElement.GetProperty("refresh_token").GetString()!));
    }

    // One that may refresh, made once.
    private async Task<string> KeepingClientAsync()
    {
        await using var context = staff.Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        if (context.Applications.Any(client => client.ClientId == Keeping)) return Keeping;
        var now = staff.Server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var metadata = new ClientMetadata
        {
            ClientName = "Keeper", Consent = "implicit", RedirectUris = [staff.Server.RedirectUri], TokenEndpointAuthMethod = "none", GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken], Scope = "openid profile email offline_access pynomaly_api",
        };
        context.Applications.Add(new Application { ClientId = Keeping, Created = now, Updated = now, Metadata = metadata });
        await context.SaveChangesAsync(Stop);
        staff.Server.Services.GetRequiredService<ChangeFeed>().Look();
        return Keeping;
    }

    private async Task<HttpStatusCode> RefreshAsync(string token) => (await TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token })).StatusCode;

    private async Task<HttpResponseMessage> TokenAsync(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form.Append(new("client_id", Keeping)));
        return await Http.PostAsync($"{staff.Server.Issuer}/connect/token", content, Stop);
    }
}
