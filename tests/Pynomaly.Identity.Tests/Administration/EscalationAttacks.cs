using System.Net;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Nobody gets more than they hold: not for themselves, not for a friend, not by a role, a pattern or another account.</summary>
public abstract class EscalationAttacks(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task AD_03_a_user_manager_gives_no_role_that_holds_more_neither_to_itself_nor_to_a_friend()
    {
        var manager = await AdminAsync("user_manager");
        var friend = await TestPerson.AddAsync(Server);

        foreach (var role in (string[])["owner", "admin", "security_officer", "client_manager", "reader", await RoleAsync("manage:*"), await RoleAsync("*:keys"), await RoleAsync("manage:anything")])
        {
            await RefusedAsync("PUT", $"/users/{manager.Person.Id}/roles/{role}", manager.Token);
            await RefusedAsync("PUT", $"/users/{friend.Id}/roles/{role}", manager.Token);
            await RefusedAsync("POST", "/users/invitations", manager.Token, new { email = "friend@example.org", roles = new[] { role } });
            await RefusedAsync("POST", "/users", manager.Token, new { username = $"f-{Guid.NewGuid():N}", roles = new[] { role } });
        }

        Assert.Equal("user_manager", await RolesOfAsync(manager.Person));
        Assert.Equal("", await RolesOfAsync(friend));
        await AskAsync("PUT", $"/users/{friend.Id}/roles/viewer", manager.Token, null, HttpStatusCode.NoContent); // permissions of an API: whoever gives roles gives them
        await AskAsync("PUT", $"/users/{friend.Id}/roles/user_manager", manager.Token, null, HttpStatusCode.NoContent); // no more than they hold
    }

    [Fact]
    public async Task AD_03_nobody_raises_themselves_even_by_what_they_may_give_to_others()
    {
        var manager = await AdminAsync("user_manager");

        await RefusedAsync("PUT", $"/users/{manager.Person.Id}/roles/viewer", manager.Token);

        Assert.Equal("user_manager", await RolesOfAsync(manager.Person));
    }

    [Fact]
    public async Task AD_03_a_role_is_edited_by_who_holds_it_before_and_after_and_raises_nobody_who_edits_it()
    {
        var own = await RoleAsync("manage:roles", "view:roles", "assign:roles");
        var keeper = await AdminAsync(own);
        var (other, empty) = (await RoleAsync("read:detectors"), await RoleAsync());

        foreach (var pattern in (string[])["*:*", "manage:*", "view:audit", "view:*", "*:users", "manage:whatever", "impersonate:users"])
        {
            await RefusedAsync("POST", "/roles", keeper.Token, new { name = $"r-{Guid.NewGuid():N}", permissions = new[] { pattern } });
            await RefusedAsync("PATCH", $"/roles/{own}", keeper.Token, new { permissions = new[] { "manage:roles", "view:roles", "assign:roles", pattern } });
            await RefusedAsync("PATCH", $"/roles/{empty}", keeper.Token, new { permissions = new[] { pattern } });
        }

        await RefusedAsync("PATCH", $"/roles/{own}", keeper.Token, new { permissions = new[] { "manage:roles", "view:roles", "assign:roles", "read:detectors" } }); // for themselves, not even that
        foreach (var role in (string[])["owner", "security_officer", "reader"])
        {
            await RefusedAsync("PATCH", $"/roles/{role}", keeper.Token, new { description = "mine" });
            await RefusedAsync("PATCH", $"/roles/{role}", keeper.Token, new { permissions = Array.Empty<string>() });
            await RefusedAsync("DELETE", $"/roles/{role}?take_away=true", keeper.Token);
        }

        await AskAsync("PATCH", $"/roles/{other}", keeper.Token, new { permissions = new[] { "read:*" } });
    }

    [Fact]
    public async Task AD_03_a_user_manager_does_nothing_to_an_account_that_may_do_more()
    {
        var manager = await AdminAsync("user_manager");
        foreach (var victim in (Admin[])[await AdminAsync("owner"), await AdminAsync("security_officer"), await AdminAsync(await RoleAsync("view:*")), await AdminAsync(await RoleAsync("manage:whatever", "view:users"))])
        {
            var user = $"/users/{victim.Person.Id}";
            foreach (var act in (string[])["disable", "enable", "unlock", "end-sessions"]) await RefusedAsync("POST", $"{user}/{act}", manager.Token);
            await RefusedAsync("POST", $"{user}/password-reset", manager.Token, new { delivery = "hand" });
            await RefusedAsync("POST", $"{user}/password-reset", manager.Token, new { delivery = "mail" });
            await RefusedAsync("POST", $"{user}/factor-reset", manager.Token, new { delivery = "hand" });
            await RefusedAsync("PATCH", user, manager.Token, new { email = "thief@example.org", email_verified = true });
            await RefusedAsync("PATCH", user, manager.Token, new { username = "renamed" });
            await RefusedAsync("DELETE", $"{user}?at_once=true", manager.Token);
            await RefusedAsync("PUT", $"{user}/roles/viewer", manager.Token);
            foreach (var role in (await RolesOfAsync(victim.Person)).Split(' ')) await RefusedAsync("DELETE", $"{user}/roles/{role}", manager.Token);
            foreach (var act in (string[])["disable", "enable", "end-sessions"])
                Assert.Equal("forbidden", (await AskAsync("POST", $"/users/bulk/{act}", manager.Token, new { ids = new[] { victim.Person.Id } })).GetProperty("outcomes")[0].GetProperty("problem").GetString());

            await AskAsync("GET", "/operator", victim.Token); // untouched, and signed in still
        }
    }

    [Fact]
    public async Task AD_03_a_token_that_was_cut_grants_no_more_than_it_carries()
    {
        var owner = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var cut = await AdminTokenAsync(owner, "assign:roles view:users manage:users");
        var victim = await AdminAsync("security_officer");
        var friend = await TestPerson.AddAsync(Server);

        await RefusedAsync("PUT", $"/users/{friend.Id}/roles/owner", cut);
        await RefusedAsync("PUT", $"/users/{friend.Id}/roles/reader", cut);
        await RefusedAsync("POST", $"/users/{victim.Person.Id}/disable", cut);
        await RefusedAsync("PATCH", "/roles/viewer", cut, new { description = "x" });
        await AskAsync("PUT", $"/users/{friend.Id}/roles/owner", await AdminTokenAsync(owner), null, HttpStatusCode.NoContent); // the whole scope is not cut
    }

    [Fact]
    public async Task AD_03_dangerous_acts_want_a_sign_in_of_a_moment_ago()
    {
        var person = await TestPerson.AddAsync(Server, withApp: true, "owner");
        var (friend, browser) = (await TestPerson.AddAsync(Server), Server.Browser());
        await AdminTokenAsync(person, browser: browser);
        Server.Clock.Move(TimeSpan.FromMinutes(9));
        var owner = new Admin(person, await AdminTokenAsync(person, browser: browser)); // by the same sign-in
        var role = await RoleAsync("read:detectors");
        await AskAsync("PUT", $"/users/{friend.Id}/roles/{role}", owner.Token, null, HttpStatusCode.NoContent);

        Server.Clock.Move(TimeSpan.FromMinutes(2));

        await AskAsync("GET", "/operator", owner.Token);
        foreach (var (method, path, body) in (IEnumerable<(string, string, object?)>)
        [
            ("PUT", $"/users/{friend.Id}/roles/viewer", null), ("DELETE", $"/users/{friend.Id}/roles/{role}", null), ("POST", "/roles", new { name = "x", permissions = Array.Empty<string>() }),
            ("PATCH", $"/roles/{role}", new { description = "x" }), ("DELETE", $"/roles/{role}", null), ("POST", "/permissions", new { name = "read:x" }), ("DELETE", $"/users/{friend.Id}", null),
            ("POST", $"/users/{friend.Id}/password-reset", new { delivery = "hand" }), ("POST", $"/users/{friend.Id}/factor-reset", new { delivery = "hand" }),
            ("POST", $"/users/{friend.Id}/impersonation", new { client_id = TestData.Web, scope = "billing", reason = "a reason" }),
            ("POST", "/users/bulk/assign-role", new { ids = new[] { friend.Id }, role = "viewer" }), ("POST", "/users/invitations", new { email = "f@example.org", roles = new[] { "viewer" } }),
            ("PATCH", $"/users/{friend.Id}", new { email = "thief@example.org" }), ("PATCH", $"/users/{friend.Id}", new { email_verified = true }),
        ])
        {
            var answer = await CallAsync(method, path, owner.Token, body);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("insufficient_user_authentication", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AD_05_nobody_vouches_for_their_own_address()
    {
        var manager = await AdminAsync("user_manager");

        await RefusedAsync("PATCH", $"/users/{manager.Person.Id}", manager.Token, new { email = "boss@example.org", email_verified = true });
        await AskAsync("PATCH", $"/users/{manager.Person.Id}", manager.Token, new { email = $"{manager.Person.Name}@other.example" });

        Assert.False((await Get<People>().GetAsync(Operator.CommandLine, manager.Person.Id, Stop)).Account.EmailVerified);
    }
}

/// <summary>On SQLite.</summary>
public sealed class EscalationAttacksOnSqlite(SqliteServer server) : EscalationAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class EscalationAttacksOnPostgreSql(PostgreSqlServer server) : EscalationAttacks(server), IClassFixture<PostgreSqlServer>;
