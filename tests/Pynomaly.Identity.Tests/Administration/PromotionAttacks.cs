using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Links that a user manager made for an ordinary account, kept, and tries once the account may do more than they.</summary>
public abstract class PromotionAttacks(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task AD_03_links_that_were_handed_over_before_a_promotion_open_nothing_after_it()
    {
        var (manager, owner) = (await AdminAsync("user_manager"), await AdminAsync("owner"));
        var made = JsonElement.Parse(await (await CallAsync("POST", "/users", manager.Token, new { username = $"n-{Guid.NewGuid():N}" })).Content.ReadAsStringAsync(Stop));
        var (created, person) = (made.GetProperty("id").GetString()!, await TestPerson.AddAsync(Server, withApp: true));
        (string Link, string Button)[] links =
        [
            (new Uri(made.GetProperty("link").GetString()!).PathAndQuery, "set-password"),
            (await LinkAsync(manager, $"/users/{person.Id}/password-reset", new { delivery = "hand" }), "set-password"),
            (await LinkAsync(manager, $"/users/{person.Id}/factor-reset", new { delivery = "hand" }), "reset-factors"),
        ];

        foreach (var id in new[] { created, person.Id }) await AskAsync("PUT", $"/users/{id}/roles/viewer", owner.Token, status: System.Net.HttpStatusCode.NoContent);
        foreach (var (link, button) in links) Assert.True(await OpensAsync(link, button)); // nothing over this server
        foreach (var id in new[] { created, person.Id }) await AskAsync("PUT", $"/users/{id}/roles/owner", owner.Token, status: System.Net.HttpStatusCode.NoContent);

        foreach (var (link, button) in links) Assert.False(await OpensAsync(link, button));
    }

    [Fact]
    public async Task AD_03_a_role_that_gains_rights_over_this_server_ends_the_links_of_its_holders_and_the_invitations_to_it()
    {
        var (manager, owner) = (await AdminAsync("user_manager"), await AdminAsync("owner"));
        var (role, other) = (await RoleAsync("read:detectors"), await RoleAsync("read:detectors"));
        var (holder, stranger) = (await TestPerson.AddAsync(Server, roles: role), await TestPerson.AddAsync(Server, roles: other));
        (string Link, string Button)[] ending =
        [
            (await LinkAsync(manager, $"/users/{holder.Id}/password-reset", new { delivery = "hand" }), "set-password"),
            (await LinkAsync(manager, "/users/invitations", new { email = $"{Guid.NewGuid():N}@example.org", roles = new[] { other, role } }), "accept-invitation"),
        ];
        (string Link, string Button)[] staying =
        [
            (await LinkAsync(manager, $"/users/{stranger.Id}/password-reset", new { delivery = "hand" }), "set-password"),
            (await LinkAsync(manager, "/users/invitations", new { email = $"{Guid.NewGuid():N}@example.org", roles = new[] { other } }), "accept-invitation"),
        ];

        await AskAsync("PATCH", $"/roles/{role}", owner.Token, new { permissions = new[] { "read:detectors", "write:detectors" } });
        foreach (var (link, button) in ending) Assert.True(await OpensAsync(link, button)); // nothing over this server
        await AskAsync("PATCH", $"/roles/{role}", owner.Token, new { permissions = new[] { "read:detectors", "view:keys" } });

        foreach (var (link, button) in ending) Assert.False(await OpensAsync(link, button));
        foreach (var (link, button) in staying) Assert.True(await OpensAsync(link, button));
    }

    [Fact]
    public async Task AD_03_a_file_that_gives_a_role_rights_over_this_server_ends_the_links_of_its_holders_too()
    {
        var manager = await AdminAsync("user_manager");
        var role = await RoleAsync("read:detectors");
        var holder = await TestPerson.AddAsync(Server, roles: role);
        var link = await LinkAsync(manager, $"/users/{holder.Id}/password-reset", new { delivery = "hand" });

        await ApplyAsync(role, "write:detectors");
        Assert.True(await OpensAsync(link, "set-password")); // nothing over this server
        await ExecuteAsync("INSERT INTO tokens (id, kind, user_id, payload, created, expires) VALUES ($1, 'disavowal', $2, '{}', $3, $4)", $"objection-{holder.Id}", holder.Id, Server.Clock.GetUtcNow(), Server.Clock.GetUtcNow().AddDays(7));
        await ApplyAsync(role, "view:keys");

        Assert.False(await OpensAsync(link, "set-password"));
        Assert.NotNull(await Server.ScalarAsync("SELECT consumed FROM tokens WHERE id = $1", $"objection-{holder.Id}")); // "this was not me"
    }

    private async Task ApplyAsync(string role, string permission)
    {
        var file = new ConfigurationFile();
        file.Add("promotion.json", Encoding.UTF8.GetBytes($$"""{ "roles": [ { "name": "{{role}}", "permissions": ["read:detectors", "{{permission}}"] } ] }"""));
        await Server.Services.GetRequiredService<Configurator>().ApplyAsync(Operator.CommandLine, file, Stop);
    }

    private async Task<string> LinkAsync(Admin who, string path, object body)
    {
        var answer = await CallAsync("POST", path, who.Token, body);
        return new Uri(JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Stop)).GetProperty("link").GetString()!).PathAndQuery;
    }

    private async Task<bool> OpensAsync(string link, string button)
    {
        using var browser = Server.Browser();
        var page = await browser.FollowAsync(await browser.GetAsync(link));
        return (await page.Content.ReadAsStringAsync(Stop)).Contains($"id=\"{button}\"", StringComparison.Ordinal);
    }
}

/// <summary>On SQLite.</summary>
public sealed class PromotionAttacksOnSqlite(SqliteMailboxServer server) : PromotionAttacks(server), IClassFixture<SqliteMailboxServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class PromotionAttacksOnPostgreSql(PostgreSqlMailboxServer server) : PromotionAttacks(server), IClassFixture<PostgreSqlMailboxServer>;
