using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Following the revocation list: by a question that waits, by a stream of events, as JSON and signed, on one node and on two.</summary>
public abstract class RevocationFollowingTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task A_question_that_waits_is_answered_by_the_next_revocation()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);
        var question = FollowAsync(machine, since);
        await WaitingAsync(1);

        var jti = await RevokeAsync();

        var answer = await question.WaitAsync(Until.Patience);
        Assert.Equal([jti], Jtis(answer));
        Assert.NotEqual(since, answer.GetProperty("cursor").GetString());
        await WaitingAsync(0);
    }

    [Fact]
    public async Task A_question_that_waits_for_nothing_is_answered_with_an_empty_part_at_the_end_of_its_time()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);

        var response = await machine.GetAsync($"/connect/revocations?since={since}&wait=1");

        var answer = await response.JsonAsync();
        Assert.Empty(Jtis(answer));
        Assert.Equal(since, answer.GetProperty("cursor").GetString());
        Assert.True(response.Headers.CacheControl!.NoStore); // an answer of then says nothing of now
    }

    [Fact]
    public async Task What_came_before_the_question_is_not_waited_for()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);
        var jti = await RevokeAsync();

        var answer = await (await machine.GetAsync($"/connect/revocations?since={since}&wait=30").WaitAsync(Until.Patience)).JsonAsync();

        Assert.Equal([jti], Jtis(answer));
    }

    [Fact]
    public async Task What_expired_is_passed_once_and_then_waited_behind()
    {
        using var machine = Server.Machine();
        await RevokeAsync();
        var newest = await CursorAsync(machine);
        Server.Clock.Move(TimeSpan.FromHours(1));

        var answer = await (await machine.GetAsync("/connect/revocations?since=0&wait=30").WaitAsync(Until.Patience)).JsonAsync();
        Assert.Empty(Jtis(answer));
        Assert.Equal(newest, answer.GetProperty("cursor").GetString());
        var question = FollowAsync(machine, newest!);
        await WaitingAsync(1);
        var jti = await RevokeAsync();
        Assert.Equal([jti], Jtis(await question.WaitAsync(Until.Patience)));
    }

    [Fact]
    public async Task A_stream_from_before_what_expired_stands_at_the_newest_and_says_so_once()
    {
        using var machine = Server.Machine();
        await RevokeAsync();
        var newest = await CursorAsync(machine);
        Server.Clock.Move(TimeSpan.FromHours(1));
        await using var events = new EventFollower(machine, "/connect/revocations?since=0");

        var standing = await events.NextAsync();
        Assert.Empty(Jtis(JsonElement.Parse(standing.Data)));
        Assert.Equal(newest, standing.EventId);
        var jti = await RevokeAsync();
        Assert.Equal([jti], Jtis(JsonElement.Parse((await events.NextAsync()).Data)));
    }

    [Fact]
    public async Task Fifty_followers_of_two_nodes_are_all_told_the_same()
    {
        var other = await Server.StartNodeAsync();
        using var first = Server.Machine();
        using var second = Server.Machine(other);
        var since = await CursorAsync(first);
        var questions = Enumerable.Range(0, 50).Select(i => FollowAsync(i % 2 == 0 ? first : second, since)).ToArray();
        await WaitingAsync(25);
        await WaitingAsync(25, other);

        var jti = await RevokeAsync();

        foreach (var answer in await Task.WhenAll(questions).WaitAsync(Until.Patience)) Assert.Equal([jti], Jtis(answer));
    }

    [Fact]
    public async Task A_stream_tells_at_once_where_it_stands_then_each_revocation_and_goes_on_where_it_broke_off()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);
        string first, second;
        string? last;
        await using (var events = new EventFollower(machine, $"/connect/revocations?since={since}"))
        {
            var standing = await events.NextAsync();
            Assert.Equal("revocations", standing.EventType);
            Assert.Empty(Jtis(JsonElement.Parse(standing.Data)));

            first = await RevokeAsync();
            var news = await events.NextAsync();
            Assert.Equal([first], Jtis(JsonElement.Parse(news.Data)));
            last = news.EventId;
            Assert.Equal(JsonElement.Parse(news.Data).GetProperty("cursor").GetString(), last);
        }

        second = await RevokeAsync();
        await using var rest = new EventFollower(machine, "/connect/revocations?since=0", last);
        Assert.Equal([second], Jtis(JsonElement.Parse((await rest.NextAsync()).Data)));
    }

    [Fact]
    public async Task A_signed_list_is_this_servers_says_when_it_was_true_and_passes_for_no_access_token()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);
        var jti = await RevokeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/connect/revocations?since={since}");
        request.Headers.TryAddWithoutValidation("Accept", "application/jwt");

        var response = await machine.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal("application/jwt", response.Content.Headers.ContentType!.MediaType);
        var claims = await VerifiedAsync(machine, text);
        Assert.Equal([jti], Jtis(claims));
        Assert.Equal(Server.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 1, 60);
        using var userInfo = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo") { Headers = { Authorization = new("Bearer", text) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.SendAsync(userInfo)).StatusCode);
    }

    [Fact]
    public async Task A_signed_stream_is_made_of_signed_lists()
    {
        using var machine = Server.Machine();
        await using var events = new EventFollower(machine, $"/connect/revocations?format=jwt&since={await CursorAsync(machine)}");
        await events.NextAsync();

        var jti = await RevokeAsync();

        Assert.Equal([jti], Jtis(await VerifiedAsync(machine, (await events.NextAsync()).Data)));
    }

    [Fact]
    public async Task A_long_list_signed_is_the_same_as_the_list()
    {
        using var machine = Server.Machine();
        var since = await CursorAsync(machine);
        var expected = new List<string>();
        for (var i = 0; i < 2_000; i++) expected.Add(System.Buffers.Text.Base64Url.EncodeToString(Guid.NewGuid().ToByteArray()));
        await EnterAsync(expected);

        var claims = await VerifiedAsync(machine, await machine.GetStringAsync($"/connect/revocations?since={since}&format=jwt"));

        Assert.Equal(expected, Jtis(claims));
    }

    [Theory]
    [InlineData("wait=31")]
    [InlineData("wait=-1")]
    [InlineData("wait=soon")]
    [InlineData("format=xml")]
    [InlineData("since=1&since=2")]
    [InlineData("since=99999999999999999999")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
    {
        using var machine = Server.Machine();

        await (await machine.GetAsync($"/connect/revocations?{query}")).AssertRefusedAsync("invalid_request");
    }

    [Fact]
    public async Task A_cursor_of_a_node_that_is_ahead_is_kept_and_one_of_a_lost_database_begins_anew()
    {
        using var machine = Server.Machine();
        await RevokeAsync();
        var pages = new RevocationPages(new RevocationList(Server.Services.GetRequiredService<Identity.Storage.Database>(),
            ActivatorUtilities.CreateInstance<Identity.Storage.ChangeFeed>(Server.Services), new RevocationDelays(Server.Clock), Server.Clock), Server.Clock); // as a node that has read nothing yet
        var newest = long.Parse(await CursorAsync(machine), System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(newest, await pages.PlaceAsync(newest, CancellationToken.None));
        Assert.Equal(0, await pages.PlaceAsync(newest + 1_000_000, CancellationToken.None));
    }

    [Fact]
    public async Task What_followers_were_told_is_measured_and_shown_to_who_may_see_it()
    {
        using var machine = Server.Machine();
        using var impatient = Server.ImpatientMachine();
        var administration = Server.Services.GetRequiredService<RevocationAdministration>();
        var before = administration.Look(Operator.CommandLine);
        await Until.TrueAsync(async () =>
        {
            await WaitingAsync(0); // who followed in another test has left
            before = administration.Look(Operator.CommandLine);
            var question = impatient.GetAsync($"/connect/revocations?since={await CursorAsync(machine)}&wait=30");
            await Until.TrueAsync(() => Task.FromResult(question.IsCompleted || administration.Look(Operator.CommandLine).Followers == 1), "it waits");

            await RevokeAsync();
            using var answer = await question;

            return answer.StatusCode == HttpStatusCode.OK && Jtis(await answer.JsonAsync()).Any(); // a starved node refuses even who has waited, and measures nothing of it
        }, "a question that waited is answered");

        await Until.TrueAsync(() => Task.FromResult(Of(administration.Look(Operator.CommandLine), RevocationPath.List).Count == Of(before, RevocationPath.List).Count + 1), "it was measured");
        await WaitingAsync(0);
        var after = administration.Look(Operator.CommandLine);
        Assert.Equal((before.Cursor + 1, 0), (after.Cursor, after.Followers));
        Assert.NotNull(Of(after, RevocationPath.List).Slowest);
        Assert.True(Of(after, RevocationPath.List).Median <= Of(after, RevocationPath.List).Slowest);
        Assert.Equal(Of(before, RevocationPath.Introspection).Count + 1, Of(after, RevocationPath.Introspection).Count); // this node knows, whoever asks it
        Assert.Equal((Of(before, RevocationPath.StatusList).Count, Of(before, RevocationPath.Push).Count), (Of(after, RevocationPath.StatusList).Count, Of(after, RevocationPath.Push).Count)); // nobody asked, nobody listens
    }

    private static RevocationDelay Of(RevocationStatus status, RevocationPath path) => status.Delays.Single(delay => delay.Path == path);

    private static IEnumerable<string?> Jtis(JsonElement page) => page.GetProperty("revoked").EnumerateArray().Select(entry => entry.GetProperty("jti").GetString());

    private static async Task<string> CursorAsync(HttpClient machine) => (await (await machine.GetAsync("/connect/revocations")).JsonAsync()).GetProperty("cursor").GetString()!;

    // A question waits for half a minute; a revocation on a starved machine may take longer.
    private static async Task<JsonElement> FollowAsync(HttpClient machine, string since)
    {
        for (var begun = Stopwatch.StartNew(); ;)
        {
            var answer = await (await machine.GetAsync($"/connect/revocations?since={since}&wait=30")).JsonAsync();
            if (Jtis(answer).Any() || begun.Elapsed > Until.Patience) return answer;
        }
    }

    private static async Task<JsonElement> VerifiedAsync(HttpClient machine, string token)
    {
        var keys = new JsonWebKeySet(await machine.GetStringAsync("/.well-known/jwks")).GetSigningKeys();
        var result = await new JsonWebTokenHandler { MaximumTokenSizeInBytes = 8 * 1024 * 1024 }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = TestServer.Issuer, ValidateAudience = false, ValidateLifetime = false, IssuerSigningKeys = keys, ValidTypes = [RevocationListEndpoint.TokenType], ValidAlgorithms = ["ES256"],
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return OAuth.Claims(token);
    }

    private Task EnterAsync(IEnumerable<string> jtis)
    {
        var now = Server.Clock.GetUtcNow();
        return Server.Services.GetRequiredService<Identity.Storage.Database>().WriteAsync(async (session, stop) =>
        {
            await RevocationList.OrderAsync(session, stop);
            await RevocationList.AddAsync(session, jtis.Select(jti => (jti, now.AddMinutes(10))), now, stop);
            return true;
        }, CancellationToken.None).ContinueWith(_ => Server.Services.GetRequiredService<RevocationList>().Load(), TaskScheduler.Default);
    }

    private async Task<string> RevokeAsync()
    {
        using var machine = Server.Machine();
        var token = (await (await machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"))).TokensAsync()).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsClientAsync("/connect/revoke", TestData.Service, ("token", token))).StatusCode);
        return OAuth.Claims(token).GetProperty("jti").GetString()!;
    }

    private Task WaitingAsync(int count, int node = 0) =>
        Until.TrueAsync(() => Task.FromResult(Server.ServicesOf(node).GetRequiredService<RevocationFollowers>().Count == count), $"{count} followers wait");
}

public sealed class RevocationFollowingTestsOnSqlite(SqliteServer server) : RevocationFollowingTests(server), IClassFixture<SqliteServer>;

public sealed class RevocationFollowingTestsOnPostgreSql(PostgreSqlServer server) : RevocationFollowingTests(server), IClassFixture<PostgreSqlServer>;
