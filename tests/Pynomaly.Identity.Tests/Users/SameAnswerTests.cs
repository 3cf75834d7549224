using System.Text.RegularExpressions;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>A wrong password is answered the same, whoever the account is and whatever its state (case UE-05).</summary>
public abstract partial class SameAnswerTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task UE_05_Locked_disabled_unproven_and_passwordless_accounts_look_like_unknown_ones()
    {
        var (known, locked, disabled, unproven, without) = (await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server), await TestPerson.AddAsync(Server));
        await ExecuteAsync("UPDATE users SET lockout_end = $1 WHERE id = $2", Server.Clock.GetUtcNow() + TimeSpan.FromHours(1), locked.Id);
        await ExecuteAsync("UPDATE users SET is_disabled = $1 WHERE id = $2", true, disabled.Id);
        await ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", false, unproven.Id);
        await ExecuteAsync("UPDATE users SET password_hash = NULL WHERE id = $1", without.Id);

        var unknown = await AnswerAsync("nobody-knows-her", "wrong wrong wrong");

        foreach (var person in new[] { known, locked, disabled, unproven, without }) Assert.Equal(unknown, await AnswerAsync(person.Name, "wrong wrong wrong"));
        foreach (var person in new[] { locked, disabled, without }) Assert.Equal(unknown, await AnswerAsync(person.Name, TestData.Password));
    }

    private async Task<string> AnswerAsync(string name, string password)
    {
        using var browser = Server.Browser();
        var answer = await browser.SubmitAsync(await browser.GetAsync(Paths.SignInPage), "sign-in", ("username", name), ("password", password));
        var html = Token().Replace(await answer.Content.ReadAsStringAsync(), "").Replace(name, "NAME", StringComparison.Ordinal);
        return $"{(int)answer.StatusCode} {string.Join(',', answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal))}\n{html}";
    }

    [GeneratedRegex("<input[^>]*__RequestVerificationToken[^>]*>")]
    private static partial Regex Token();
}

public sealed class SameAnswerTestsOnSqlite(SqliteServer server) : SameAnswerTests(server), IClassFixture<SqliteServer>;

public sealed class SameAnswerTestsOnPostgreSql(PostgreSqlServer server) : SameAnswerTests(server), IClassFixture<PostgreSqlServer>;
