using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Pictures of what stands after an act on clients, scopes, tokens and keys, for people to look at. Not part of a run: see docs/contributing.</summary>
public sealed class ConsoleClientGalleryTests
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("clients", "/clients"), ("client-new", "/clients/-/new"), ("client-new-service", "/clients/-/new?purpose=service"), ("client", "/clients/ledger"), ("client-credentials", "/clients/ledger/credentials"), ("client-integrate", "/clients/ledger/integrate"),
        ("client-posture", "/clients/console/posture"), ("client-open", "/clients/console"), ("scopes", "/scopes"), ("scope", "/scopes/pynomaly_api"), ("scope-new", "/scopes/-/new"), ("api-keys", "/api-keys"), ("api-key-new", "/api-keys/new"), ("sessions", "/sessions"), ("grants", "/grants?state=all"),
        ("revocations", "/revocations"), ("signing-keys", "/signing-keys"),
    ];

    private readonly string? _folder = Environment.GetEnvironmentVariable("PAGE_PICTURES");

    [Fact(Explicit = true)]
    public async Task What_stands_after_an_act_has_its_picture_taken()
    {
        Assert.SkipWhen(_folder is null, "Name the folder in PAGE_PICTURES.");
        await using var server = new PageServer();
        await server.InitializeAsync();
        var camera = new Camera(_folder);
        await using var visit = await server.SignedInAsync(await server.AddPersonAsync(WithApp.Yes, "owner"), Camera.Reader);
        await visit.GoAsync("/admin/clients/-/new?purpose=web");
        await visit.Page.FillAsync("#redirecturis", "http://ledger.example/back");
        await visit.ClickAsync("#save-client");
        await camera.ShootAsync(visit, "clients-new-wrong");
        await visit.MakeClientAsync("ledger");
        await camera.ShootAsync(visit, "clients-made");
        await visit.GoAsync("/admin/clients/-/new?purpose=service");
        await visit.Page.FillAsync("#clientname", "Nightly import of all departments");
        await visit.Page.FillAsync("#permissions", "read:results read:detectors read:datasets write:results write:datasets");
        await visit.Page.FillAsync("#clientid", "nightly");
        await visit.ClickAsync("#save-client");
        for (var i = 0; i < 2; i++)
        {
            await visit.GoAsync("/admin/api-keys/new?client=nightly");
            await visit.Page.FillAsync("#name", "For the import of the night");
            await visit.Page.FillAsync("#permissions", "read:results");
            await visit.ClickAsync("#save-key");
            if (i == 0) await camera.ShootAsync(visit, "api-keys-made");
        }

        await visit.GoAsync("/admin/api-keys");
        await visit.AskAsync("revoke-1");
        await visit.GoAsync("/admin/clients/ledger/credentials");
        await visit.AskAsync("rotate-secret");
        await camera.ShootAsync(visit, "client-rotated");
        await visit.GoAsync("/admin/signing-keys");
        await visit.AskAsync("rotate");
        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        await visit.ReturnAsync();
        await visit.GoAsync("/admin/revocations");
        await visit.Page.FillAsync("#client", "console");
        await visit.ClickAsync("#cut-off");
        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        await visit.ReturnAsync();

        foreach (var (name, path) in Pages)
        {
            await visit.GoAsync($"/admin{path}");
            await camera.ShootAsync(visit, $"after-{name}");
        }

        await visit.GoAsync("/admin/clients/ledger");
        await visit.Page.ClickAsync("[popovertarget=ask-delete-client]");
        await camera.ShootAsync(visit, "client-ask");
        await StatesAsync(server, visit, camera);
    }

    // Every purpose from its form to its posture, a client that is disabled, a name that is too long, one that nothing can be said against, and none at all.
    private static async Task StatesAsync(PageServer server, PageVisit visit, Camera camera)
    {
        foreach (var purpose in ClientPurposes.All)
        {
            await visit.GoAsync($"/admin/clients/-/new?purpose={purpose}");
            await camera.ShootAsync(visit, $"purpose-{purpose}");
            await visit.Page.FillAsync("#clientname", purpose == ClientPurposes.Spa ? string.Concat(Enumerable.Repeat("Ein ganz besonders langer Name ", 4)).Trim() : $"The {purpose} of everybody");
            await visit.Page.FillAsync("#clientid", $"made-{purpose}");
            if (await visit.Page.Locator("#redirecturis").CountAsync() == 1) await visit.Page.FillAsync("#redirecturis", purpose == ClientPurposes.Native ? "com.example.app:/callback" : "https://app.example/back");
            if (await visit.Page.Locator("#resource").CountAsync() == 1) await visit.Page.FillAsync("#resource", "https://api.example.org");
            await visit.ClickAsync("#save-client");
            await camera.ShootAsync(visit, $"purpose-{purpose}-made");
            foreach (var tab in (string[])["", "/credentials", "/integrate", "/posture"])
            {
                await visit.GoAsync($"/admin/clients/made-{purpose}{tab}");
                await camera.ShootAsync(visit, $"purpose-{purpose}{tab.Replace('/', '-')}-tab");
            }
        }

        await visit.GoAsync("/admin/clients/made-service");
        await visit.Page.FillAsync("#accesstokenlifetime", "forever");
        await visit.ClickAsync("#save-client");
        await camera.ShootAsync(visit, "client-wrong");
        await visit.GoAsync("/admin/clients/made-web");
        await visit.AskAsync("disable-client");
        await camera.ShootAsync(visit, "client-disabled");
        await visit.GoAsync("/admin/clients?state=off");
        await camera.ShootAsync(visit, "clients-disabled");
        await server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) => sql.ExecuteAsync("DELETE FROM applications", stop), TestContext.Current.CancellationToken);
        await server.Services.GetRequiredService<Database>().WriteAsync((sql, stop) => sql.ExecuteAsync(ChangeFeed.BumpSql, stop), TestContext.Current.CancellationToken);
        server.Services.GetRequiredService<ChangeFeed>().Look();
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await visit.GoAsync("/admin/clients");
        await camera.ShootAsync(visit, "clients-none");
        await visit.GoAsync("/admin");
        await camera.ShootAsync(visit, "first-steps");
    }
}
