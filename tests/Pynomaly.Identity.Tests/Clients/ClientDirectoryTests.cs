using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>Clients come from memory, and memory follows the database.</summary>
public sealed class ClientDirectoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_was_registered_is_found_whole(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var feed = await WatchAsync(database);
        var directory = new ClientDirectory(database.Database, feed);
        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata { ClientName = "Wéb", RedirectUris = ["https://c.test/cb"], DefaultMaxAge = 60 }));
        feed.Look();

        var client = await FindAsync(directory, "web");

        Assert.NotNull(client);
        Assert.Equal("Wéb", client.DisplayName);
        Assert.Equal(["https://c.test/cb"], client.Metadata.RedirectUris);
        Assert.Equal(60, client.Metadata.DefaultMaxAge);
        Assert.Equal(TestData.SecretHash(TestData.Secret), Assert.Single(client.Secrets).Hash);
        Assert.True(client.IsEnabled);
        Assert.False(client.IsSelfRegistered);
        Assert.Equal(Now, client.Created);
    }

    [Theory]
    [InlineData("WEB")]
    [InlineData("web ")]
    [InlineData("we%62")]
    [InlineData("")]
    [InlineData("' OR 1=1--")]
    public async Task Identifiers_are_compared_character_by_character(string clientId)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var feed = await WatchAsync(database);
        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata()));

        Assert.Null(await FindAsync(new ClientDirectory(database.Database, feed), clientId));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_client_that_was_asked_for_too_early_is_found_once_it_exists(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var feed = await WatchAsync(database);
        var directory = new ClientDirectory(database.Database, feed);
        Assert.Null(await FindAsync(directory, "web"));

        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata()));
        feed.Look();

        Assert.NotNull(await FindAsync(directory, "web"));
    }

    [Fact]
    public async Task A_change_is_obeyed_and_until_then_nothing_is_read_again()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var feed = await WatchAsync(database);
        var directory = new ClientDirectory(database.Database, feed);
        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata()));
        feed.Look();
        var first = await FindAsync(directory, "web");

        await database.ExecuteAsync("UPDATE applications SET is_enabled = 0");
        Assert.Same(first, await FindAsync(directory, "web"));

        await database.ExecuteAsync(ChangeFeed.BumpSql);
        feed.Look();
        Assert.False((await FindAsync(directory, "web"))!.IsEnabled);
    }

    [Fact]
    public async Task Many_who_ask_at_once_get_one_answer()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var feed = await WatchAsync(database);
        var directory = new ClientDirectory(database.Database, feed);
        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata()));
        feed.Look();

        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => FindAsync(directory, "web"))));

        Assert.All(found, client => Assert.Equal("web", client!.ClientId));
        Assert.Same(await FindAsync(directory, "web"), await FindAsync(directory, "web"));
    }

    [Fact]
    public async Task A_flood_of_guesses_pushes_no_known_client_out()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var feed = await WatchAsync(database);
        var directory = new ClientDirectory(database.Database, feed);
        await AddAsync(database, TestData.Client("web", Now, new ClientMetadata()));
        feed.Look();
        var known = await FindAsync(directory, "web");

        for (var i = 0; i < 10_100; i++)
        {
            await FindAsync(directory, $"guess-{i}");
        }

        Assert.Same(known, await FindAsync(directory, "web"));
    }

    [Fact]
    public async Task A_node_that_cannot_see_changes_answers_nothing()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        using var feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);

        await Assert.ThrowsAsync<ProtocolException>(async () => await new ClientDirectory(database.Database, feed).FindAsync("web", None));
    }

    private static Task<Application?> FindAsync(ClientDirectory directory, string clientId) => Until.FreshAsync(() => directory.FindAsync(clientId, None).AsTask());

    // The running feed keeps memory fresh.
    private static async Task<Watch> WatchAsync(TestDatabase database)
    {
        var feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);
        await feed.StartAsync(None);
        return new Watch(feed);
    }

    private sealed class Watch(ChangeFeed feed) : IAsyncDisposable
    {
        public static implicit operator ChangeFeed(Watch watch) => watch.Feed;

        public ChangeFeed Feed => feed;

        public void Look() => feed.Look();

        public async ValueTask DisposeAsync()
        {
            await feed.StopAsync(None);
            feed.Dispose();
        }
    }

    private static async Task AddAsync(TestDatabase database, Application client)
    {
        await using var context = database.Contexts.CreateDbContext();
        context.Applications.Add(client);
        await context.SaveChangesAsync();
    }
}
