using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>A sign-in that another site sends (CS-03), and protected values of another purpose or key ring as a session (SE-08).</summary>
public abstract class PlantedSignInAttacks(TestServer server) : ServerSuite(server)
{
    private const string SessionCookie = "__Host-pyn_session";
    private static readonly Uri Home = new(TestServer.Issuer);

    [Fact]
    public async Task CS_03_Another_site_signs_its_own_account_in_at_nobodys_browser()
    {
        var attacker = await TestPerson.AddAsync(Server);
        using var theirs = Server.Browser();
        var token = TokenIn(await theirs.GetAsync(Paths.SignInPage));
        (string, string)[] credentials = [("Username", attacker.Name), ("Password", TestData.Password)];
        using var newcomer = Server.Browser();
        using var visitor = Server.Browser();
        await visitor.GetAsync(Paths.SignInPage); // has a token and a cookie of its own

        foreach (var victim in new[] { newcomer, visitor })
        {
            foreach (var form in new[] { credentials, [.. credentials, ("__RequestVerificationToken", token)] })
            {
                Assert.Equal(HttpStatusCode.BadRequest, (await victim.PostAsync(Paths.SignInPage, form)).StatusCode);
                Assert.Null(victim.Cookies.GetCookies(Home)[SessionCookie]);
            }
        }

        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1", attacker.Id));
    }

    [Fact]
    public async Task SE_08_No_value_of_another_purpose_or_key_ring_is_a_session()
    {
        var person = await TestPerson.AddAsync(Server);
        using var browser = Server.Browser();
        var page = await browser.GetAsync(Paths.SignInPage);
        var token = TokenIn(page);
        await browser.SignInAsync(page, person.Name);
        var session = browser.Cookies.GetCookies(Home)[SessionCookie]!.Value;
        var ours = Server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Pynomaly.Identity.Mail");
        var foreign = new EphemeralDataProtectionProvider().CreateProtector("Pynomaly.Identity.Session");
        var id = (string)(await Server.ScalarAsync("SELECT id FROM sessions WHERE user_id = $1", person.Id))!;
        var kept = (string)(await Server.ScalarAsync("SELECT key_hash FROM sessions WHERE user_id = $1", person.Id))!;

        foreach (var value in new[] { token, browser.Cookies.GetCookies(Home)["__Host-antiforgery"]!.Value, ours.Protect(session), ours.Protect(person.Id), foreign.Protect(session), id, kept, person.Id })
        {
            using var planted = Server.Browser();
            planted.Cookies.Add(Home, new System.Net.Cookie(SessionCookie, value) { Secure = true, Path = "/" });

            var answer = await planted.GetAsync(Paths.AccountPage);

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.StartsWith(Paths.SignInPage, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }
    }

    private static string TokenIn(HttpResponseMessage page) =>
        Regex.Match(page.Content.ReadAsStringAsync().GetAwaiter().GetResult(), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]*)\"").Groups[1].Value;
}

/// <summary>On SQLite.</summary>
public sealed class PlantedSignInAttacksOnSqlite(SqliteServer server) : PlantedSignInAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class PlantedSignInAttacksOnPostgreSql(PostgreSqlServer server) : PlantedSignInAttacks(server), IClassFixture<PostgreSqlServer>;
