using System.Net;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Attacks;

/// <summary>Guessing a client's secret over the network: CA-19 of the attack catalogue.</summary>
public abstract class GuessedSecretAttacks(TestServer server) : ServerSuite(server)
{
    private const int Limit = 20;
    private const string Guesser = "198.51.100.7";

    [Fact]
    public async Task CA_19_of_a_thousand_wrong_secrets_from_one_address_a_handful_is_looked_at_and_the_real_client_elsewhere_goes_on()
    {
        using var guesser = Server.Machine(address: Guesser);
        using var client = Server.Machine(address: "203.0.113.9");

        List<HttpResponseMessage> answers = [];
        for (var i = 0; i < 1000; i++) answers.Add(await AskAsync(guesser, $"{TestData.Secret[..^4]}{i:0000}"));

        var looked = answers.TakeWhile(answer => answer.StatusCode == HttpStatusCode.Unauthorized).Count();
        Assert.Equal(Limit, looked);
        Assert.All(answers.Skip(looked), answer =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        });
        await (await AskAsync(client, TestData.Secret)).TokensAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(guesser, TestData.Secret)).StatusCode); // a hit among the misses is not told
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient machine, string secret) => await machine.PostAsync("/connect/token", new FormUrlEncodedContent(
        [new("grant_type", "client_credentials"), new("client_id", TestData.Other), new("client_secret", secret), new("scope", "pynomaly_api")]));

    public sealed class LimitedSqlite() : TestServer("Sqlite")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Limits:FailuresPerAddress", $"{Limit}")];
    }

    public sealed class LimitedPostgreSql() : TestServer("PostgreSql")
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Limits:FailuresPerAddress", $"{Limit}")];
    }
}

public sealed class GuessedSecretAttacksOnSqlite(GuessedSecretAttacks.LimitedSqlite server) : GuessedSecretAttacks(server), IClassFixture<GuessedSecretAttacks.LimitedSqlite>;

public sealed class GuessedSecretAttacksOnPostgreSql(GuessedSecretAttacks.LimitedPostgreSql server) : GuessedSecretAttacks(server), IClassFixture<GuessedSecretAttacks.LimitedPostgreSql>;
