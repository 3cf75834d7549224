using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>The door of the account API, one bolt at a time: each of them alone keeps a token out that would hold otherwise (SE-04, MF-09).</summary>
public abstract class AccountApiDoorTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task SE_04_A_grant_that_has_ended_opens_nothing_before_its_token_is_on_any_list()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await Server.CallAsync(HttpMethod.Get, "", token)).StatusCode);

        await ExecuteAsync("UPDATE authorizations SET ended = $1 WHERE user_id = $2", Server.Clock.GetUtcNow(), person.Id);

        await (await Server.CallAsync(HttpMethod.Get, "", token)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_client_that_is_disabled_keeps_nobodys_account()
    {
        var person = await TestPerson.AddAsync(Server);
        var client = await AddClientAsync(AccountWalk.ApiClient());
        var token = (await Server.TokensAsync(client, person)).AccessToken;

        await ExecuteAsync("UPDATE applications SET is_enabled = $1 WHERE client_id = $2", false, client);
        await ExecuteAsync(ChangeFeed.BumpSql);
        Server.Services.GetRequiredService<ChangeFeed>().Look();

        await (await Server.CallAsync(HttpMethod.Get, "", token)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task MF_09_What_one_application_begins_no_other_ends()
    {
        var person = await TestPerson.AddAsync(Server);
        var (one, other) = (await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person), await Server.TokensAsync(await AddClientAsync(AccountWalk.ApiClient()), person));
        var begun = await (await Server.CallAsync(HttpMethod.Post, "/authenticators", one.AccessToken)).JsonAsync();
        Server.Apps.Scan(person.Name, begun.GetProperty("key").GetString()!);
        var proof = $$"""{"handle":"{{begun.GetProperty("handle").GetString()}}","code":"{{Server.Apps.Code(person.Name)}}"}""";

        var stolen = await Server.CallAsync(HttpMethod.Post, "/authenticators/proof", other.AccessToken, proof);
        var own = await Server.CallAsync(HttpMethod.Post, "/authenticators/proof", one.AccessToken, proof);

        await stolen.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.NoContent, own.StatusCode);
    }

    [Fact]
    public void A_sign_in_that_lies_ahead_confirms_nothing()
    {
        var confirmation = Server.Services.GetRequiredService<Confirmation>();
        Session Of(TimeSpan ahead) => new() { Id = "s", KeyHash = "", UserId = "u", AuthTime = Server.Clock.GetUtcNow() + ahead };

        Assert.True(confirmation.IsFresh(Of(TimeSpan.Zero)));
        Assert.False(confirmation.IsFresh(Of(TimeSpan.FromMinutes(5))));
    }
}

public sealed class AccountApiDoorTestsOnSqlite(SqliteServer server) : AccountApiDoorTests(server), IClassFixture<SqliteServer>;

public sealed class AccountApiDoorTestsOnPostgreSql(PostgreSqlServer server) : AccountApiDoorTests(server), IClassFixture<PostgreSqlServer>;
