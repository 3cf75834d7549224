using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Group MF of the attack catalogue: second factors.</summary>
public abstract class FactorAttacks(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task MF_01_A_code_opens_once()
    {
        var person = await AddPersonAsync();
        using var first = Server.Browser();
        using var second = Server.Browser();
        var (here, there) = (await first.PendingAsync(person.Name), await second.PendingAsync(person.Name));
        var code = Server.Apps.Code(person.Name);

        var taken = await first.SubmitAsync(here, "verify", ("code", code));
        var again = await second.SubmitAsync(there, "verify", ("code", code));

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("second-factor", await CodeFlow.PageOfAsync(again));
    }

    /// <summary>Enters a person with an authenticator app.</summary>
    protected Task<TestPerson> AddPersonAsync(params string[] roles) => TestPerson.AddAsync(Server, withApp: true, roles);
}

/// <summary>On SQLite.</summary>
public sealed class FactorAttacksOnSqlite(SqliteServer server) : FactorAttacks(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class FactorAttacksOnPostgreSql(PostgreSqlServer server) : FactorAttacks(server), IClassFixture<PostgreSqlServer>;
