using Microsoft.Extensions.DependencyInjection;
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
        ("audit-entry", "/audit/1"), ("audit-seals", "/audit/seals"), ("webhooks", "/webhooks"), ("webhook-new", "/webhooks/new"), ("abuse", "/abuse"), ("settings", "/settings"), ("health", "/health"),
    ];

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
        var person = await server.AddPersonAsync(WithApp.Yes, "viewer", "reader");
        await GalleryPeople.FillAsync(server, person.Id, Stop);
        await FillAsync(server);
        await using (var other = await server.OpenAsync("/signin"))
            for (var i = 0; i < 4; i++) await other.SignInAsync(person.Name, "wrong");

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
        await visit.GoAsync("/admin/audit");
        await visit.Page.Keyboard.PressAsync("Control+k");
        await camera.ShootAsync(visit, "admin-palette");
        await using var reader = await server.SignedInAsync(await server.AddPersonAsync(WithApp.Yes, "reader"), Camera.Reader);
        await reader.GoAsync("/admin/people");
        await camera.ShootAsync(reader, "admin-people-reader");
        await reader.GoAsync("/admin/people/new");
        await camera.ShootAsync(reader, "admin-forbidden");
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
        for (var hour = 1; hour < 720; hour++) // the present hour is counted by the server
        {
            var begin = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(-hour);
            foreach (var (happened, count) in new[] { ("SignedIn", 40 + (hour * 7 % 31)), ("SignInFailed", hour * 5 % 11), ("TokensIssued", 300 + (hour * 13 % 97)), ("TokenRevoked", hour % 5) })
                context.Add(new Statistic { Hour = begin, Name = happened, Count = count });
        }

        await context.SaveChangesAsync(Stop);
        server.Services.GetRequiredService<ChangeFeed>().Look();
    }
}
