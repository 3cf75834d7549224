using System.Net;
using System.Text;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What may be typed for a password, from the form to the sign-in (cases PW-07, PW-09).</summary>
public abstract class PasswordFormTests(MailboxServer server) : MailSuite(server)
{
    [Theory]
    [InlineData(64, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(4097, false)]
    public async Task PW_07_A_password_of_up_to_256_characters_is_taken_whole_and_a_longer_one_is_refused(int length, bool isTaken)
    {
        var person = await TestPerson.AddAsync(Server);
        var password = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i * i % 23 % 26)))[..^1] + "!";

        var answer = await UseAsync(await ResetLinkAsync(person), "set-password", ("password", password));

        Assert.Equal(isTaken ? HttpStatusCode.SeeOther : HttpStatusCode.BadRequest, answer.StatusCode);
        if (!isTaken) return;
        Assert.Equal("account", await SignInAsync(person.Name, password));
        Assert.Equal("sign-in", await SignInAsync(person.Name, password[..^1]));
    }

    [Fact]
    public async Task PW_09_A_password_is_the_same_however_it_was_composed_and_every_character_counts()
    {
        var person = await TestPerson.AddAsync(Server);
        const string password = " zw\u00f6lf gr\u00fcne \U0001F989 fliegen";

        await UseAsync(await ResetLinkAsync(person), "set-password", ("password", password));

        Assert.Equal("account", await SignInAsync(person.Name, password));
        Assert.Equal("account", await SignInAsync(person.Name, password.Normalize(NormalizationForm.FormD)));
        Assert.Equal("sign-in", await SignInAsync(person.Name, password.TrimStart()));
        Assert.Equal("sign-in", await SignInAsync(person.Name, password + " "));
        Assert.Equal("sign-in", await SignInAsync(person.Name, password.ToUpperInvariant()));
    }
}

public sealed class PasswordFormTestsOnSqlite(SqliteMailboxServer server) : PasswordFormTests(server), IClassFixture<SqliteMailboxServer>;

public sealed class PasswordFormTestsOnPostgreSql(PostgreSqlMailboxServer server) : PasswordFormTests(server), IClassFixture<PostgreSqlMailboxServer>;
