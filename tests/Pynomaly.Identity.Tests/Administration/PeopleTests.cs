using System.Net;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>People by the administration API: lists in parts, one person, and what is done to them.</summary>
public abstract class PeopleTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task A_list_in_parts_shows_everybody_once_in_every_order()
    {
        var admin = await AdminAsync("reader");
        var role = await RoleAsync();
        var people = await AddAsync(7, role);
        await Server.ExecuteAsync("UPDATE users SET last_sign_in = 1700000000000 WHERE id IN ($1, $2, $3)", people[1].Id, people[2].Id, people[5].Id); // three at the same moment, the others never

        foreach (var order in PeopleQuery.Orders.Append(null))
        {
            List<string> found = [];
            string? after = null;
            do
            {
                var part = await AskAsync("GET", $"/users?role={role}&limit=2{(order is null ? "" : $"&sort={order}")}{(after is null ? "" : $"&after={after}")}", admin.Token);
                found.AddRange(part.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
                after = part.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (after is not null && found.Count < 20);

            Assert.Equal(people.Select(person => person.Id).Order(), found.Order());
            if (order is "name") Assert.Equal(people.OrderBy(person => person.Name, StringComparer.Ordinal).Select(person => person.Id), found);
            if (order is "-name") Assert.Equal(people.OrderByDescending(person => person.Name, StringComparer.Ordinal).Select(person => person.Id), found);
            string[] signedIn = [people[1].Id, people[2].Id, people[5].Id];
            if (order is "-last_sign_in") Assert.Equal(signedIn.Order(), found.Take(3).Order());
            if (order is "last_sign_in") Assert.Equal(signedIn.Order(), found.TakeLast(3).Order());
        }
    }

    [Fact]
    public async Task What_is_searched_for_is_the_beginning_of_a_name_or_an_address_and_nothing_is_a_pattern()
    {
        var admin = await AdminAsync("reader");
        var word = $"q{Guid.NewGuid():N}";
        var registry = Get<AccountRegistry>();
        var byName = await registry.CreateAsync(Operator.CommandLine, new NewPerson { UserName = $"{word}_x" }, Stop);
        var byAddress = await registry.CreateAsync(Operator.CommandLine, new NewPerson { UserName = $"z{Guid.NewGuid():N}", Email = $"{word}@example.org" }, Stop);
        var both = await registry.CreateAsync(Operator.CommandLine, new NewPerson { UserName = $"{word}.b", Email = $"{word}.b@example.org" }, Stop);

        Assert.Equal([both.Id, byName.Id, byAddress.Id], await SearchAsync(word));
        Assert.Equal([both.Id, byName.Id, byAddress.Id], await SearchAsync(word.ToUpperInvariant(), 1));
        Assert.Equal([byName.Id], await SearchAsync($"{word}_"));
        Assert.Equal([byAddress.Id], await SearchAsync(byAddress.Id));
        foreach (var trick in (string[])[$"{word}%", $"%{word[1..]}", "_", "' OR 1=1 --", $"{word}!", "\uffff"]) Assert.Empty(await SearchAsync(trick));

        async Task<List<string>> SearchAsync(string text, int limit = 50)
        {
            List<string> found = [];
            string? after = null;
            do
            {
                var part = await AskAsync("GET", $"/users?search={Uri.EscapeDataString(text)}&limit={limit}{(after is null ? "" : $"&after={after}")}", admin.Token);
                found.AddRange(part.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
                after = part.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (after is not null);

            return found;
        }
    }

    [Fact]
    public async Task Filters_show_who_is_disabled_locked_leaving_or_without_a_second_factor()
    {
        var admin = await AdminAsync("reader");
        var role = await RoleAsync();
        var people = await AddAsync(5, role);
        await Server.ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, people[0].Id);
        await Server.ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddMinutes(5).ToUnixTimeMilliseconds(), people[1].Id);
        await Server.ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeMilliseconds(), people[2].Id);
        await Server.ExecuteAsync("UPDATE users SET delete_after = $1 WHERE id = $2", Server.Clock.GetUtcNow().AddDays(5).ToUnixTimeMilliseconds(), people[3].Id);
        await TestPerson.AddAppAsync(Server, people[4]);

        foreach (var (filter, which) in ((string, int)[])[("disabled", 0), ("locked", 1), ("to_be_deleted", 3), ("second_factor", 4)])
        {
            Assert.Equal([people[which].Id], await IdsAsync($"{filter}=true"));
            Assert.Equal(people.Where((_, place) => place != which).Select(person => person.Id).Order(), (await IdsAsync($"{filter}=false")).Order());
        }

        async Task<List<string>> IdsAsync(string filter) =>
            [.. (await AskAsync("GET", $"/users?role={role}&{filter}", admin.Token)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task AD_09_forged_cursors_unknown_orders_and_huge_limits_are_refused()
    {
        var admin = await AdminAsync("reader");
        var role = await RoleAsync();
        await AddAsync(3, role);
        var cursor = (await AskAsync("GET", $"/users?role={role}&limit=1", admin.Token)).GetProperty("next").GetString()!;

        foreach (var query in (string[])
        [
            "sort=password_hash", "sort=name;drop table users", "sort=--name", "limit=0", "limit=-1", "limit=201", "limit=1000000000", "limit=99999999999999999999", "limit=1.5", "limit=x", "after=x",
            $"role={role}&after={(cursor[0] == 'A' ? 'B' : 'A')}{cursor[1..]}", $"role={role}&after={cursor[..^1]}", $"after={cursor}", $"role={role}&sort=created&after={cursor}", $"role={role}&disabled=true&after={cursor}",
            "role=nobody-has-this", "disabled=yes", $"search={new string('a', 257)}", "search=a&sort=created", "limit=1&limit=2",
        ]) await RefusedAsync("GET", $"/users?{query}", admin.Token, null, HttpStatusCode.BadRequest);
        await RefusedAsync("GET", $"/roles?after={cursor}", admin.Token, null, HttpStatusCode.BadRequest); // of another list
    }

    [Fact]
    public async Task AD_07_what_is_seen_of_a_person_holds_no_secret()
    {
        var admin = await AdminAsync("reader");
        var person = await TestPerson.AddAsync(Server, withApp: true, "viewer");
        await Server.ExecuteAsync("INSERT INTO backup_codes (user_id, hash, created) VALUES ($1, $2, 1)", person.Id, "hash-of-a-code");
        var texts = await Task.WhenAll(new[] { "", "/sessions", "/grants", "/activity" }.Select(async part => (await AskAsync("GET", $"/users/{person.Id}{part}", admin.Token)).ToString()));

        var stamp = (string)(await Server.ScalarAsync("SELECT security_stamp FROM users WHERE id = $1", person.Id))!;
        var seed = (string)(await Server.ScalarAsync("SELECT secret FROM authenticators WHERE user_id = $1", person.Id))!;
        foreach (var secret in (string[])[TestData.HashOfPassword, stamp, seed, "hash-of-a-code"]) Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        var factor = Assert.Single(JsonElement.Parse(texts[0]).GetProperty("factors").EnumerateArray());
        Assert.Equal(("authenticator", "Phone"), (factor.GetProperty("kind").GetString(), factor.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task AD_06_ids_that_are_nobodys_are_not_found_on_every_route_of_people()
    {
        var owner = await AdminAsync("owner");

        foreach (var (method, path, body) in ((string, string, object?)[])
        [
            ("GET", "", null), ("PATCH", "", new { username = "x" }), ("DELETE", "", null), ("GET", "/sessions", null), ("GET", "/grants", null), ("GET", "/activity", null), ("POST", "/disable", null), ("POST", "/enable", null),
            ("POST", "/unlock", null), ("POST", "/end-sessions", null), ("POST", "/password-reset", new { delivery = "hand" }), ("POST", "/factor-reset", new { delivery = "hand" }),
            ("PUT", "/roles/viewer", null), ("DELETE", "/roles/viewer", null),
        ]) await RefusedAsync(method, $"/users/{Guid.NewGuid():N}{path}", owner.Token, body, HttpStatusCode.NotFound);
        Assert.Equal("not_found", (await AskAsync("POST", "/users/bulk/disable", owner.Token, new { ids = new[] { "nobody" } })).GetProperty("outcomes")[0].GetProperty("problem").GetString());
    }

    [Fact]
    public async Task AD_08_a_role_that_is_taken_away_and_an_account_that_is_disabled_are_refused_at_the_next_request_on_every_node()
    {
        var owner = await AdminAsync("owner");
        var (demoted, disabled) = (await AdminAsync("user_manager"), await AdminAsync("user_manager"));
        var node = Server.Nodes > 1 ? 1 : await Server.StartNodeAsync();
        foreach (var one in (Admin[])[demoted, disabled]) Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", "/users", one.Token, node: node)).StatusCode);

        await AskAsync("DELETE", $"/users/{demoted.Person.Id}/roles/user_manager", owner.Token, null, HttpStatusCode.NoContent);
        await AskAsync("POST", $"/users/{disabled.Person.Id}/disable", owner.Token, null, HttpStatusCode.NoContent);

        foreach (var at in (int[])[0, node])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync("GET", "/users", demoted.Token, node: at)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync("GET", "/users", disabled.Token, node: at)).StatusCode);
        }
    }

    [Fact]
    public async Task A_change_that_was_decided_on_an_older_state_is_refused()
    {
        var owner = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server);
        var version = (await CallAsync("GET", $"/users/{person.Id}", owner.Token)).Headers.ETag!.ToString();

        await AskAsync("PATCH", $"/users/{person.Id}", owner.Token, new { profile = new { name = "Grace", address = new { country = "US" } } }, HttpStatusCode.OK, version);

        foreach (var (method, path, body) in ((string, string, object?)[])[("PATCH", "", new { username = "x" }), ("DELETE", "", null), ("POST", "/disable", null)])
            await RefusedAsync(method, $"/users/{person.Id}{path}", owner.Token, body, HttpStatusCode.PreconditionFailed, version);
        var now = await AskAsync("GET", $"/users/{person.Id}", owner.Token);
        Assert.Equal(("Grace", "US"), (now.GetProperty("profile").GetProperty("name").GetString(), now.GetProperty("profile").GetProperty("address").GetProperty("country").GetString()));
    }

    [Fact]
    public async Task A_persons_first_password_is_set_by_the_link_and_by_nobody_else()
    {
        var owner = await AdminAsync("owner");
        var name = $"new-{Guid.NewGuid():N}";

        var made = await AskAsync("POST", "/users", owner.Token, new { username = name, email = $"{name}@example.org", email_verified = true, roles = new[] { "viewer" }, profile = new { name = "New" } }, HttpStatusCode.Created);

        var browser = Server.Browser();
        var set = await browser.SubmitAsync(await browser.FollowAsync(await browser.GetAsync(new Uri(made.GetProperty("link").GetString()!).PathAndQuery)), "set-password", ("password", TestData.Password));
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        Assert.Equal("account", await CodeFlow.PageOfAsync(await Server.Browser().SignInAsync(await Server.Browser().GetAsync("/account"), name)));
        foreach (var field in (string[])["password", "password_hash", "id", "disabled"])
            await RefusedAsync("POST", "/users", owner.Token, new Dictionary<string, string> { ["username"] = $"m-{name}", [field] = "1" }, HttpStatusCode.BadRequest);
        await RefusedAsync("POST", "/users", owner.Token, new { username = name.ToUpperInvariant() }, HttpStatusCode.BadRequest); // taken, in any spelling
    }

    [Fact]
    public async Task AD_13_who_is_deleted_is_refused_at_once_can_be_kept_and_leaves_nothing_to_the_next_of_the_name()
    {
        var owner = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server, withApp: true, "viewer");
        var tokens = await (await Server.Machine().RedeemAsync(await Server.GrantAsync(user: person.Name))).TokensAsync();

        var day = (await AskAsync("DELETE", $"/users/{person.Id}", owner.Token, null, HttpStatusCode.Accepted)).GetProperty("delete_after").GetDateTimeOffset();
        Assert.False(await Server.Machine().IsActiveAsync(tokens.AccessToken));
        await AskAsync("POST", $"/users/{person.Id}/enable", owner.Token, null, HttpStatusCode.NoContent);
        Assert.False((await AskAsync("GET", $"/users/{person.Id}", owner.Token)).TryGetProperty("delete_after", out _));
        await AskAsync("DELETE", $"/users/{person.Id}?at_once=true", owner.Token, null, HttpStatusCode.NoContent);
        var again = await Get<AccountRegistry>().CreateAsync(Operator.CommandLine, new NewPerson { UserName = person.Name, Email = $"{person.Name}@example.org" }, Stop);

        Assert.Equal(Server.Clock.GetUtcNow().AddDays(7), day);
        await RefusedAsync("GET", $"/users/{person.Id}", owner.Token, null, HttpStatusCode.NotFound);
        var now = await AskAsync("GET", $"/users/{again.Id}", owner.Token);
        Assert.NotEqual(person.Id, again.Id);
        Assert.Empty(now.GetProperty("roles").EnumerateArray());
        Assert.Empty(now.GetProperty("factors").EnumerateArray());
        Assert.Empty((await AskAsync("GET", $"/users/{again.Id}/grants", owner.Token)).GetProperty("items").EnumerateArray());
        await (await Server.Machine().RefreshAsync(TestData.Web, tokens.RefreshToken!)).AssertRefusedAsync("invalid_grant");
    }

    [Fact]
    public async Task A_sign_in_is_noted_a_lock_is_lifted_and_a_link_is_handed_over_or_refused()
    {
        var owner = await AdminAsync("owner");
        var person = await TestPerson.AddAsync(Server);
        await Server.ExecuteAsync("UPDATE users SET lockout_end = $1, factor_lockout_end = $1, factor_lockout_rounds = 3, access_failed_count = 2 WHERE id = $2", Server.Clock.GetUtcNow().AddHours(5).ToUnixTimeMilliseconds(), person.Id);
        Assert.True((await AskAsync("GET", $"/users/{person.Id}", owner.Token)).TryGetProperty("locked_until", out _));

        await AskAsync("POST", $"/users/{person.Id}/unlock", owner.Token, null, HttpStatusCode.NoContent);
        Assert.Equal("account", await CodeFlow.PageOfAsync(await Server.Browser().SignInAsync(await Server.Browser().GetAsync("/account"), person.Name)));

        var now = await AskAsync("GET", $"/users/{person.Id}", owner.Token);
        Assert.False(now.TryGetProperty("locked_until", out _) || now.TryGetProperty("factors_locked_until", out _));
        Assert.Equal(Server.Clock.GetUtcNow(), now.GetProperty("last_sign_in").GetDateTimeOffset());
        Assert.Contains("/reset", (await AskAsync("POST", $"/users/{person.Id}/password-reset", owner.Token, new { delivery = "hand" })).GetProperty("link").GetString(), StringComparison.Ordinal);
        await RefusedAsync("POST", $"/users/{person.Id}/password-reset", owner.Token, new { delivery = "mail" }, HttpStatusCode.Conflict); // this server sends none
        await RefusedAsync("POST", $"/users/{person.Id}/password-reset", owner.Token, new { delivery = "pigeon" }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Many_at_once_have_each_their_own_outcome()
    {
        var manager = await AdminAsync("user_manager");
        var people = await AddAsync(3, await RoleAsync());
        var owner = await TestPerson.AddAsync(Server, roles: "owner");

        var outcomes = (await AskAsync("POST", "/users/bulk/disable", manager.Token, new { ids = people.Select(person => person.Id).Append(owner.Id).Append("nobody").Append(people[0].Id) })).GetProperty("outcomes");

        Assert.Equal([true, true, true, false, false], outcomes.EnumerateArray().Select(one => one.GetProperty("done").GetBoolean()));
        Assert.Equal(["forbidden", "not_found"], outcomes.EnumerateArray().Skip(3).Select(one => one.GetProperty("problem").GetString()));
        await RefusedAsync("POST", "/users/bulk/disable", manager.Token, new { ids = Enumerable.Range(0, 501).Select(number => $"{number}") }, HttpStatusCode.BadRequest);
        await RefusedAsync("POST", "/users/bulk/disable", manager.Token, new { ids = Array.Empty<string>() }, HttpStatusCode.BadRequest);
        Assert.True((await AskAsync("POST", "/users/bulk/assign-role", manager.Token, new { ids = new[] { people[0].Id }, role = "viewer" })).GetProperty("outcomes")[0].GetProperty("done").GetBoolean());
    }

    private async Task<IReadOnlyList<TestPerson>> AddAsync(int number, string role)
    {
        List<TestPerson> people = [];
        for (var i = 0; i < number; i++) people.Add(await TestPerson.AddAsync(Server, roles: role));
        return people;
    }
}

/// <summary>On SQLite.</summary>
public sealed class PeopleTestsOnSqlite(SqliteServer server) : PeopleTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class PeopleTestsOnPostgreSql(PostgreSqlServer server) : PeopleTests(server), IClassFixture<PostgreSqlServer>;
