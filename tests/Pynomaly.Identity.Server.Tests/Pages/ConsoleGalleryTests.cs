using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Pictures of every page of the console, for people to look at. Not part of a run: see docs/contributing.</summary>
public sealed class ConsoleGalleryTests
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("dashboard", ""), ("dashboard-days", "?over=days"), ("people", "/people"), ("people-none", "/people?search=nobody"), ("people-new", "/people/new"), ("people-new-account", "/people/new?how=account"), ("person", "/people/{id}"),
        ("person-edit", "/people/{id}/edit"), ("person-roles", "/people/{id}/roles"), ("person-factors", "/people/{id}/factors"), ("person-sessions", "/people/{id}/sessions"), ("person-grants", "/people/{id}/grants"),
        ("person-keys", "/people/{id}/keys"), ("person-activity", "/people/{id}/activity"), ("person-impersonate", "/people/{id}/impersonate"), ("roles", "/roles"), ("role", "/roles/owner"), ("role-new", "/roles/-/new"),
        ("role-edit", "/roles/viewer/edit"), ("permissions", "/permissions"), ("permission", "/permissions/read/detectors"), ("permission-new", "/permissions/new"), ("explain", "/explain?subject={name}"),
        ("explain-lacks", "/explain?subject={name}&permission=write:detectors"), ("simulate", "/explain/token?user={name}&client=console&scope=openid%20pynomaly_api"), ("audit", "/audit"), ("audit-filter", "/audit?from=yesterday"),
        ("audit-entry", "/audit/1"), ("audit-seals", "/audit/seals"), ("webhooks", "/webhooks"), ("webhook-new", "/webhooks/new"), ("receivers", "/event-receivers"), ("receiver", "/event-receivers/receiver"), ("receiver-given-up", "/event-receivers/lost"), ("receiver-new", "/event-receivers/new"), ("abuse", "/abuse"), ("settings", "/settings"), ("settings-none", "/settings?search=nothing"), ("health", "/health"),
        ("drift", "/settings/drift"), ("imports", "/imports"), ("import-new", "/imports/new"), ("import-stopped", "/imports/stopped"), ("import-silent", "/imports/silent"), ("import-failed", "/imports/failed"), ("import-done", "/imports/done"),
        ("grants", "/grants"), ("sessions", "/sessions?state=all"), ("webhook", "/webhooks/hook"), ("explain-unknown", "/explain?subject=nobody"), ("simulate-refused", "/explain/token?user={name}&client=console&scope=nothing"),
        ("person-gone", "/people/nobody"), ("bad-cursor", "/people?after=nonsense"), ("role-long", "/roles/a-team-whose-name-is-as-long-as-names-may-be-here.and-then-some-xx"), ("client-long", $"/clients/{LongId}"), ("client-long-credentials", $"/clients/{LongId}/credentials"), ("clients-long", "/clients"), ("roles-long", "/roles"),
    ];

    private static readonly string[] Empty = ["/webhooks", "/event-receivers", "/imports", "/api-keys", "/grants", "/revocations", "/settings/drift", "/abuse", "/clients?search=nothing", "/audit?event=Nothing", "/permissions?search=nothing"];

    private const string LongId = "a-client-whose-identifier-is-as-long-as-they-get-when-a-machine-makes-them-0123456789-0123456789-0123456789-0123456789";

    private readonly string? _folder = Environment.GetEnvironmentVariable("PAGE_PICTURES");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Every_page_of_the_console_has_its_picture_taken()
    {
        Assert.SkipWhen(_folder is null, "Name the folder in PAGE_PICTURES.");
        await using var server = new PageServer();
        await server.InitializeAsync();
        var camera = new Camera(_folder);
        var owner = await server.AddPersonAsync(WithApp.Yes, "owner");
        await using var visit = await server.SignedInAsync(owner, Camera.Reader);
        foreach (var path in Empty)
        {
            await visit.GoAsync($"/admin{path}");
            await camera.ShootAsync(visit, $"empty-{string.Concat(path.TakeWhile(character => character != '?')).Trim('/').Replace('/', '-')}");
        }

        var person = await server.AddPersonAsync(WithApp.Yes, "viewer", "reader");
        await FillAsync(server);
        await GalleryPeople.FillAsync(server, person.Id, Stop);
        await using (var other = await server.OpenAsync("/signin"))
            for (var i = 0; i < 4; i++) await other.SignInAsync(person.Name, "wrong");
        using (var prober = new HttpClient { BaseAddress = new Uri(server.Issuer) })
            foreach (var hole in (string[])["/.env", "/.git/config", "/a/../../etc/passwd"]) (await prober.GetAsync(hole, Stop)).Dispose();

        foreach (var (name, path) in Pages)
        {
            await visit.GoAsync($"/admin{path.Replace("{id}", person.Id, StringComparison.Ordinal).Replace("{name}", person.Name, StringComparison.Ordinal)}");
            await camera.ShootAsync(visit, $"admin-{name}");
        }

        await visit.GoAsync($"/admin/people/{person.Id}");
        await visit.Page.ClickAsync("[popovertarget=ask-delete]");
        await camera.ShootAsync(visit, "admin-person-ask");
        await visit.GoAsync("/admin/people");
        await visit.Page.SetViewportSizeAsync(1280, 800);
        await visit.Page.CheckAsync("[data-check-all]");
        await visit.Page.SelectOptionAsync("#act", "AssignRole");
        await visit.Page.SelectOptionAsync("#give", "viewer");
        await visit.ClickAsync("#bulk-ask");
        await camera.ShootAsync(visit, "admin-people-ask");
        await visit.GoAsync("/admin/roles/-/new");
        await visit.ClickAsync("#save-role");
        await camera.ShootAsync(visit, "admin-role-new-wrong");
        await visit.GoAsync("/admin/people/new?how=account");
        await visit.Page.FillAsync("#username", "grace");
        await visit.ClickAsync("#add");
        await camera.ShootAsync(visit, "admin-people-made");
        await visit.GoAsync("/admin/imports/new");
        await visit.ClickAsync("#try");
        await camera.ShootAsync(visit, "admin-import-wrong");
        await visit.Page.SetInputFilesAsync("#files", new FilePayload { Name = "users of the old system.csv", MimeType = "text/csv", Buffer = "username,email,password_hash\nerika,erika@example.org,\nmax,no address,\nmax,max@example.org,\n"u8.ToArray() });
        await visit.ClickAsync("#try");
        await camera.ShootAsync(visit, "admin-import-foretold");
        await visit.GoAsync("/admin/people");
        await visit.Page.SetViewportSizeAsync(1280, 800);
        await visit.Page.CheckAsync("[data-check-all]");
        await visit.Page.SelectOptionAsync("#act", "Disable");
        await visit.ClickAsync("#bulk-ask");
        await camera.ShootAsync(visit, "admin-people-ask-disable");
        await visit.ClickAsync("#bulk-run");
        await camera.ShootAsync(visit, "admin-people-failed");
        await visit.GoAsync("/admin/people/new?how=account");
        await visit.Page.FillAsync("#username", "ada");
        await visit.ClickAsync("#add");
        await camera.ShootAsync(visit, "admin-people-new-wrong");
        await visit.GoAsync("/admin/webhooks/new");
        await visit.Page.FillAsync("#name", "Collector");
        await visit.Page.FillAsync("#address", "https://collector.example.org/audit");
        await visit.ClickAsync("#save-webhook");
        await camera.ShootAsync(visit, "admin-webhook-made");
        await visit.GoAsync("/admin/event-receivers/new");
        await visit.ClickAsync("#save-receiver");
        await camera.ShootAsync(visit, "admin-receiver-wrong");
        await visit.GoAsync("/admin/event-receivers/receiver");
        await visit.ClickAsync("#test-receiver");
        await camera.ShootAsync(visit, "admin-receiver-tried");
        await visit.GoAsync("/admin/event-receivers/receiver");
        await visit.Page.ClickAsync("[popovertarget=ask-remove-receiver]");
        await camera.ShootAsync(visit, "admin-receiver-ask");
        await visit.VerifyTrailAsync();
        await camera.ShootAsync(visit, "admin-audit-verified");
        await server.BreakTrailAsync(Stop);
        await visit.VerifyTrailAsync();
        await camera.ShootAsync(visit, "admin-audit-broken");
        await visit.ClickAsync("#accept-break");
        await camera.ShootAsync(visit, "admin-audit-accept-wrong");
        await visit.Page.FillAsync("#reason", "Somebody repaired a name by hand in the night of the move, and told us the next morning");
        await visit.ClickAsync("#accept-break");
        await camera.ShootAsync(visit, "admin-audit-accepted");
        await visit.VerifyTrailAsync();
        await camera.ShootAsync(visit, "admin-audit-verified-after");
        await visit.GoAsync("/admin/roles/-/new");
        await visit.Page.FillAsync("#name", "x");
        await visit.Page.FillAsync("#permissions", "read:*\n*:detectors");
        await visit.ClickAsync("#preview-role");
        await camera.ShootAsync(visit, "admin-role-preview");
        await visit.GoAsync("/admin/abuse");
        await visit.Page.Locator("[popovertarget^=ask-ban]").First.ClickAsync();
        await camera.ShootAsync(visit, "admin-abuse-ask");
        await visit.GoAsync("/admin/audit");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await camera.ShootAsync(visit, "admin-palette");
        await visit.Page.Keyboard.TypeAsync("grace");
        await camera.ShootAsync(visit, "admin-palette-typed");
        await using var reader = await server.SignedInAsync(await server.AddPersonAsync(WithApp.Yes, "reader"), Camera.Reader);
        await reader.GoAsync("/admin/people");
        await camera.ShootAsync(reader, "admin-people-reader");
        await reader.GoAsync("/admin/people/new");
        await camera.ShootAsync(reader, "admin-forbidden");
        foreach (var path in (string[])["/roles/viewer", "/clients/console", "/abuse", "/signing-keys", "/revocations", "/imports", "/event-receivers", "/event-receivers/receiver"])
        {
            await reader.GoAsync($"/admin{path}");
            await camera.ShootAsync(reader, $"reader-{path.Trim('/').Replace('/', '-')}");
        }

        await using var manager = await server.SignedInAsync(await server.AddPersonAsync(WithApp.Yes, "client_manager"), Camera.Reader);
        await manager.GoAsync("/admin");
        await camera.ShootAsync(manager, "manager-dashboard");
        await manager.GoAsync("/admin/roles/viewer");
        await camera.ShootAsync(manager, "manager-role");
    }

    // Names of all lengths, states of all kinds.
    private static async Task FillAsync(PageServer server)
    {
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        var now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        string[] names = ["Grace Hopper", "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen", "李小龙", "محمد بن موسى الخوارزمي", "Maximiliane Wilhelmina von Hohenlohe-Schillingsfürst zu Waldenburg", "Li"];
        for (var i = 0; i < 60; i++)
        {
            var name = $"person-{i:00}";
            context.Users.Add(new User
            {
                Id = Guid.NewGuid().ToString("N"), UserName = name, NormalizedUserName = AccountNames.Normalize(name), Email = $"{name}@a-rather-long-department.example.org", NormalizedEmail = AccountNames.Normalize($"{name}@a-rather-long-department.example.org"),
                SecurityStamp = "s", Created = now.AddDays(-i), Updated = now, IsDisabled = i % 7 == 3, LockoutEnd = i % 9 == 4 ? now.AddHours(1) : null, LastSignIn = i % 3 == 0 ? null : now.AddHours(-i), Profile = new UserProfile { Name = names[i % names.Length] },
            });
        }

        context.Add(new Ban { Source = "203.0.113.7", Reason = "stuffing", Created = now.AddMinutes(-20), Until = now.AddHours(1) });
        context.Add(new Ban { Source = "2001:db8:1:2::/64", Reason = "probing", Created = now.AddHours(-3), Until = now.AddHours(5) });
        context.Add(new Webhook { Id = "hook", Name = "The security department’s collector", Url = "https://collector.a-rather-long-department.example.org/audit", Secret = "AA==", IsEnabled = true, Created = now, FailedCount = 3, LastError = "The answer was 500", NextAttempt = now.AddDays(1) });
        context.Add(new EventReceiver { Id = "receiver", Name = "The API of the detectors of the whole university", Url = "https://detectors.a-rather-long-department.example.org/security/events", Audience = "https://detectors.example.org", Credential = "AA==", IsEnabled = true, Created = now, FailedCount = 3, LastError = "The answer was 401 (invalid_key), not 202", NextAttempt = now.AddMinutes(7), LastSuccess = now.AddHours(-3) });
        context.Add(new EventReceiver { Id = "lost", Name = "Ledger", Url = "https://ledger.example.org/events", Audience = "https://ledger.example.org/events", Events = ["session-revoked"], Created = now, FailedCount = 130, LastError = "There was no answer within 5 seconds", NextAttempt = now });
        context.Add(new EventReceiver { Id = "well", Name = "Experiments", Url = "https://experiments.example.org/events", Audience = "https://experiments.example.org/events", Events = ["session-revoked", "token-claims-change"], IsEnabled = true, Created = now, NextAttempt = now, LastSuccess = now.AddMinutes(-2) });
        for (var hour = 1; hour < 720; hour++) // the present hour is counted by the server
        {
            var begin = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(-hour);
            foreach (var (happened, count) in new[] { ("SignedIn", 40 + (hour * 7 % 31)), ("SignInFailed", hour * 5 % 11), ("TokensIssued", 300 + (hour * 13 % 97)), ("TokenRevoked", hour % 5) })
                context.Add(new Statistic { Hour = begin, Name = happened, Count = count });
        }

        foreach (var (state, minutes) in ((string, int)[])[("stopped", 90), ("failed", 200), ("done", 1000), ("silent", 30)])
        {
            context.Add(new Import
            {
                Id = state, Kind = "keycloak", Source = "realm-of-the-whole-university-with-all-its-departments-and-institutes.json (0123456789abcdef0123456789abcdef)", State = state == "silent" ? "running" : state, Actor = "cli",
                Position = 1_234_500, Created = 1_200_000, Skipped = 34_000, Refused = 500, Started = now.AddMinutes(-minutes - 10), Updated = now.AddMinutes(-minutes),
                Report = """{"made":{"people":1199900,"roles":100,"passwords":1100000},"notes":[{"code":"taken","refused":true,"count":500,"examples":["users[17]","users[1041]"]},{"code":"password_weak","refused":false,"count":90000,"examples":["users[3]"]}]}""",
            });
        }

        context.Roles.Add(new Role { Name = "a-team-whose-name-is-as-long-as-names-may-be-here.and-then-some-xx", NormalizedName = AccountNames.Normalize("a-team-whose-name-is-as-long-as-names-may-be-here.and-then-some-xx"), Description = string.Concat(Enumerable.Repeat("A sentence that somebody took very seriously. ", 10)), Permissions = ["read:*", "*:detectors"] });
        context.Applications.Add(new Application
        {
            ClientId = LongId, Created = now, Updated = now,
            Metadata = new ClientMetadata { ClientName = string.Concat(Enumerable.Repeat("Ein ganz besonders langer Name ", 6)), RedirectUris = [$"https://{new string('a', 60)}.example.org/{new string('b', 200)}"], Scope = "openid profile email offline_access pynomaly_api" },
        });
        await context.SaveChangesAsync(Stop);
        server.Services.GetRequiredService<ChangeFeed>().Look();
        var file = new ConfigurationFile { IsRemembered = true };
        file.AddForeign("body", """
            { "roles": [ { "name": "analyst", "description": "As agreed", "permissions": ["read:detectors", "write:results"] } ], "scopes": [ { "name": "gone_api", "resources": ["https://gone.example"] } ] }
            """u8.ToArray());
        await server.Services.GetRequiredService<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
        await server.Services.GetRequiredService<RoleAdministration>().ChangeAsync(Operator.CommandLine, "analyst", new RoleChange { Description = "Looks into data and results, and a great many other things that somebody added by hand one evening", Permissions = ["read:detectors", "read:datasets"] }, false, null, Stop);
        await server.Services.GetRequiredService<ScopeAdministration>().DeleteAsync(Operator.CommandLine, "gone_api", null, Stop);
    }
}
