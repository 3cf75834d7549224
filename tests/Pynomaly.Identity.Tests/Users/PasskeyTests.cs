using System.Net;
using System.Text;
using System.Buffers.Text;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Passkeys as people use them: added, signed in with by themselves or after the password, renamed, removed.</summary>
public abstract class PasskeyTests(TestServer server) : PasskeySuite(server)
{
    [Fact]
    public async Task A_passkey_signs_a_person_in_without_a_name()
    {
        using var authenticator = new SoftAuthenticator();
        using var browser = Server.Browser();
        await AddHolderAsync(authenticator);

        var response = await SignInAsync(browser, authenticator);

        await AssertSignedInAsync(browser, response);
    }
}

public sealed class PasskeyTestsOnSqlite(SqliteServer server) : PasskeyTests(server), IClassFixture<SqliteServer>;

public sealed class PasskeyTestsOnPostgreSql(PostgreSqlServer server) : PasskeyTests(server), IClassFixture<PostgreSqlServer>;
