using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>What is used once is used once, on any number of nodes.</summary>
public sealed class OneTimeTokensTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_fifty_callers_on_two_nodes_exactly_one_consumes_it(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var other = database.AnotherNode();

        for (var round = 0; round < 20; round++)
        {
            var id = $"code-{round}";
            await AddAsync(database.Database, id);

            var wins = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => ConsumeAsync(i % 2 == 0 ? database.Database : other, id, Now))));

            Assert.Single(wins, won => won);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Of_fifty_that_bring_the_same_jti_exactly_one_is_the_first(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var other = database.AnotherNode();

        var firsts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => AddAsync(i % 2 == 0 ? database.Database : other, "jti"))));

        Assert.Single(firsts, first => first);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task It_is_not_consumed_once_it_has_expired(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database.Database, "code");

        Assert.False(await ConsumeAsync(database.Database, "code", Now.AddSeconds(60)));
        Assert.True(await ConsumeAsync(database.Database, "code", Now.AddSeconds(59)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task One_kind_does_not_open_another(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database.Database, "value");

        Assert.False(await database.Database.WriteAsync((session, stop) => OneTimeTokens.ConsumeAsync(session, "value", TokenKinds.SetUp, Now, stop), None));
        Assert.True(await ConsumeAsync(database.Database, "value", Now));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_consumed_is_not_changed_any_more(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await AddAsync(database.Database, "code");
        await ConsumeAsync(database.Database, "code", Now);

        var changed = await database.Database.WriteAsync((session, stop) => OneTimeTokens.UpdateAsync(session, "code", TokenKinds.AuthorizationCode, "{}", Now, stop), None);

        Assert.False(changed);
        await using var reader = await database.Database.ReadAsync(None);
        var found = await OneTimeTokens.FindAsync(reader, "code", TokenKinds.AuthorizationCode, None);
        Assert.Equal(Now, found?.Consumed);
        Assert.Null(found?.Payload);
    }

    private static Task<bool> AddAsync(Database database, string id) =>
        database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, new Token { Id = id, Kind = TokenKinds.AuthorizationCode, Created = Now, Expires = Now.AddSeconds(60) }, stop), None);

    private static Task<bool> ConsumeAsync(Database database, string id, DateTimeOffset now) =>
        database.WriteAsync((session, stop) => OneTimeTokens.ConsumeAsync(session, id, TokenKinds.AuthorizationCode, now, stop), None);
}
