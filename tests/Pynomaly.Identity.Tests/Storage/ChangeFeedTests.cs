using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>What one node changes, the others hear of; a node that cannot hear refuses.</summary>
public sealed class ChangeFeedTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Providers => TestDatabase.Providers;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_role_changed_on_one_node_is_changed_on_the_other(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var other = database.AnotherNode();
        using var feed = new ChangeFeed(other, NullLogger<ChangeFeed>.Instance);
        var catalogue = new Catalogue(other, feed);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await feed.StartAsync(None);
        Assert.Empty((await catalogue.CurrentAsync()).PatternsOf(["guest"]));
        feed.Changed += () => heard.TrySetResult();

        await using (var context = database.Contexts.CreateDbContext())
        {
            context.Roles.Add(new Role { Name = "guest", NormalizedName = "GUEST", Permissions = ["read:results"] });
            await context.SaveChangesAsync(None);
        }

        await heard.Task.WaitAsync(Until.Patience);
        Assert.Equal(["read:results"], (await catalogue.CurrentAsync()).PatternsOf(["guest"]));
        await feed.StopAsync(None);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_revocation_entered_on_one_node_is_heard_of_on_the_other(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var other = database.AnotherNode();
        using var feed = new ChangeFeed(other, NullLogger<ChangeFeed>.Instance);
        await feed.StartAsync(None);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        feed.RevocationsAdded += () => heard.TrySetResult();

        await database.ExecuteAsync("INSERT INTO revocations (kind, subject, expires, created) VALUES ('jti', 'a', 1, 0)");

        await heard.Task.WaitAsync(Until.Patience);
        await feed.StopAsync(None);
    }

    [Fact]
    public async Task A_node_that_never_looked_refuses()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        using var feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);

        Assert.Equal(503, Assert.Throws<ProtocolException>(feed.RequireFresh).Status);
        await Until.TrueAsync(() =>
        {
            feed.Look();
            return Task.FromResult(feed.IsFresh); // on a starved machine what it saw may be old before it is asked
        }, "a node that looked knows");
    }
}
