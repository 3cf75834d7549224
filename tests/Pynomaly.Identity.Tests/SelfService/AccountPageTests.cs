using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.UI;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The account's pages: only for their person, only with their own token, and each shows.</summary>
public abstract class AccountPageTests(TestServer server) : ServerSuite(server)
{
    private IReadOnlyList<string> Pages =>
        [.. Server.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items.OfType<PageActionDescriptor>()
            .Select(page => "/" + page.AttributeRouteInfo!.Template).Where(path => path == "/account" || path.StartsWith("/account/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_page_below_the_account_derives_from_the_base_that_knows_its_person()
    {
        var models = Models().ToList();

        Assert.Equal(Pages.Count, models.Count);
        Assert.True(models.Count >= 14);
    }

    [Fact]
    public async Task OR_01_a_stranger_is_sent_to_the_sign_in_page_and_would_come_back()
    {
        foreach (var path in Pages)
        {
            var answer = await Server.Browser().GetAsync(path);

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Equal($"/signin?return={Uri.EscapeDataString(path)}", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task Every_page_shows_for_its_person()
    {
        var browser = await Server.SignedInAsync(await TestPerson.AddAsync(Server, withApp: true));

        foreach (var path in Pages)
        {
            var page = await browser.GetAsync(path);

            Assert.True(page.StatusCode == HttpStatusCode.OK, $"{path}: {page.StatusCode} {page.Headers.Location}");
            Assert.Equal("account", await CodeFlow.PageOfAsync(page));
        }
    }

    [Fact]
    public async Task CS_01_no_form_of_the_account_is_taken_without_a_token_or_with_another_browsers()
    {
        var person = await TestPerson.AddAsync(Server);
        var browser = await Server.SignedInAsync(person);
        var stranger = await Server.SignedInAsync(await TestPerson.AddAsync(Server));
        var foreign = await TokenOfAsync(stranger);
        var handlers = Models().SelectMany(model => model.GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(method => method.Name.StartsWith("OnPost", StringComparison.Ordinal))
            .Select(method => (Path: PathOf(model), Handler: method.Name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal)))).ToList();
        Assert.True(handlers.Count >= 15);

        foreach (var (path, handler) in handlers)
        {
            var address = handler.Length == 0 ? path : $"{path}?handler={handler}";
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(address, ("id", "x"), ("username", person.Name))).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(address, ("id", "x"), ("username", person.Name), ("__RequestVerificationToken", foreign))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).StatusCode);
        Assert.Null(await Server.ScalarAsync("SELECT delete_after FROM users WHERE id = $1", person.Id));
    }

    [Fact]
    public async Task CS_01_a_form_that_one_person_left_open_does_not_act_on_the_next_one_at_this_browser()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var browser = await Server.SignedInAsync(a);
        var left = await TokenOfAsync(browser);
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) cookie.Expired |= cookie.Name.EndsWith("session", StringComparison.Ordinal);
        await browser.SignInAsync(await browser.GetAsync("/account"), b.Name);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/account/profile", ("values[name]", "Mallory"), ("__RequestVerificationToken", left))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/account/profile", ("values[name]", "Bea"), ("__RequestVerificationToken", await TokenOfAsync(browser)))).StatusCode);
    }

    [Fact]
    public async Task SQ_04_the_character_nul_is_refused_in_forms_and_queries()
    {
        var browser = await Server.SignedInAsync(await TestPerson.AddAsync(Server));
        var token = await TokenOfAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/account/sessions?handler=End", ("id", "a\0"), ("__RequestVerificationToken", token))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync("/account/sessions?id=%00")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/sessions?id=0")).StatusCode);
    }

    [Fact]
    public async Task SE_11_a_profile_form_that_names_another_person_changes_ones_own()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var browser = await Server.SignedInAsync(a);
        var page = await browser.GetAsync("/account/profile");
        var token = await TokenOfAsync(browser);

        var answer = await browser.PostAsync("/account/profile", ("values[name]", "Mallory"), ("id", b.Id), ("userid", b.Id), ("account.id", b.Id), ("session.userid", b.Id), ("__RequestVerificationToken", token));

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Contains("Mallory", (string)(await Server.ScalarAsync("SELECT profile FROM users WHERE id = $1", a.Id))!, StringComparison.Ordinal);
        Assert.DoesNotContain("Mallory", (string)(await Server.ScalarAsync("SELECT profile FROM users WHERE id = $1", b.Id))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AD_05_a_profile_form_proves_nothing_and_sets_no_more_than_it_shows()
    {
        var person = await TestPerson.AddAsync(Server);
        await Server.ExecuteAsync("UPDATE users SET phone_number = '+49 30 1', phone_number_confirmed = $1, email_confirmed = $2 WHERE id = $3", true, false, person.Id);
        var browser = await Server.SignedInAsync(person);
        var token = await TokenOfAsync(browser);

        var answer = await browser.PostAsync("/account/profile", ("values[phone_number]", "+49 30 7654321"), ("values[email]", "m@example.org"), ("values[email_verified]", "true"),
            ("values[preferred_username]", "admin"), ("values[roles]", "admin"), ("account.emailverified", "true"), ("__RequestVerificationToken", token));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("+49 30 7654321", await Server.ScalarAsync("SELECT phone_number FROM users WHERE id = $1", person.Id));
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM users WHERE id = $1 AND phone_number_confirmed = $2 AND email_confirmed = $2 AND user_name = $3 AND email = $4",
            person.Id, false, person.Name, $"{person.Name}@example.org"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("birthdate", "31.12.1990")]
    [InlineData("birthdate", "1990-02-30")]
    [InlineData("picture", "http://example.org/x.png")]
    [InlineData("website", "javascript:alert(1)")]
    [InlineData("website", "https://user:pw@example.org")]
    [InlineData("zoneinfo", "../../etc/passwd")]
    [InlineData("locale", "<b>")]
    [InlineData("phone_number", "call me")]
    [InlineData("name", "Ada\u202eevil")]
    public async Task A_claim_that_cannot_stand_is_refused_beside_its_field(string claim, string value)
    {
        var browser = await Server.SignedInAsync(await TestPerson.AddAsync(Server));
        var token = await TokenOfAsync(browser);

        var answer = await browser.PostAsync("/account/profile", ($"values[{claim}]", value), ("values[nickname]", "kept"), ("__RequestVerificationToken", token));

        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"id=\"{claim.Replace('_', '-')}-error\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"kept\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SE_09_another_persons_session_can_be_ended_by_nobody_else()
    {
        var (a, b) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        var browser = await Server.SignedInAsync(a);
        var other = await Server.SignedInAsync(b);
        var id = (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", b.Id))!;

        var answer = await browser.PostAsync("/account/sessions?handler=End", ("id", id), ("__RequestVerificationToken", await TokenOfAsync(browser)));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task One_session_or_all_others_are_ended_from_the_list()
    {
        var person = await TestPerson.AddAsync(Server);
        var (here, there, elsewhere) = (await Server.SignedInAsync(person), await Server.SignedInAsync(person), await Server.SignedInAsync(person));
        var page = await here.GetAsync("/account/sessions");

        var one = await here.SubmitAsync(page, "end-session-2");
        var told = await here.FollowAsync(one);
        var silent = await here.GetAsync("/account/sessions");
        var rest = await here.SubmitAsync(await here.GetAsync("/account/sessions"), "end-others");

        Assert.Contains("id=\"done\"", await told.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"done\"", await silent.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, rest.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await there.GetAsync("/account")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await elsewhere.GetAsync("/account")).StatusCode);
    }

    [Fact]
    public async Task AD_09_a_cursor_that_is_none_of_ours_is_refused()
    {
        var browser = await Server.SignedInAsync(await TestPerson.AddAsync(Server));

        foreach (var cursor in new[] { "x", "1-2-3", "-1-5", "1'--2", "99999999999999999999-1" })
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync($"/account/activity?before={Uri.EscapeDataString(cursor)}")).StatusCode);
    }

    [Fact]
    public async Task Activity_is_walked_page_by_page_without_gaps()
    {
        var person = await TestPerson.AddAsync(Server);
        var browser = await Server.SignedInAsync(person);
        for (var i = 0; i < 120; i++)
            await Server.ExecuteAsync("INSERT INTO audit_events (at, event_id, name, user_id) VALUES ($1, 5501, 'SignedIn', $2)", Server.Clock.GetUtcNow().AddSeconds(-i / 3), person.Id);
        var expected = Convert.ToInt32(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE user_id = $1 AND name <> 'TokensIssued'", person.Id), System.Globalization.CultureInfo.InvariantCulture);

        var (seen, path) = (0, (string?)"/account/activity");
        for (var pages = 0; path is not null && pages < 10; pages++)
        {
            var html = await (await browser.GetAsync(path)).Content.ReadAsStringAsync();
            seen += System.Text.RegularExpressions.Regex.Count(html, "data-event=");
            var older = System.Text.RegularExpressions.Regex.Match(html, "id=\"older\" href=\"([^\"]+)\"");
            path = older.Success ? WebUtility.HtmlDecode(older.Groups[1].Value) : null;
        }

        Assert.Equal(expected, seen);
    }

    private static IEnumerable<Type> Models() =>
        typeof(PynomalyIdentityUI).Assembly.GetTypes().Where(type => !type.IsAbstract && type.BaseType?.Name == "AccountPage");

    private string PathOf(Type model)
    {
        var page = Server.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items.OfType<PageActionDescriptor>()
            .Single(page => page.ViewEnginePath == $"/OwnAccount/{model.Name[..^"Model".Length]}");
        return "/" + page.AttributeRouteInfo!.Template;
    }

    private static async Task<string> TokenOfAsync(Browser browser)
    {
        var html = await (await browser.GetAsync("/account/profile")).Content.ReadAsStringAsync();
        return System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
    }
}

/// <inheritdoc />
public sealed class AccountPageTestsOnSqlite(SqliteServer server) : AccountPageTests(server), IClassFixture<SqliteServer>;

/// <inheritdoc />
public sealed class AccountPageTestsOnPostgreSql(PostgreSqlServer server) : AccountPageTests(server), IClassFixture<PostgreSqlServer>;
