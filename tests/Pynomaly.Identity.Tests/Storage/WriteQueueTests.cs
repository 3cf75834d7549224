using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Storage;

/// <summary>The writer of a SQLite database at its end.</summary>
public sealed class WriteQueueTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_still_waits_for_its_turn_when_the_writer_is_ended_is_written_and_takes_nobody_along()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        var queue = new WriteQueue(
            () =>
            {
                var connection = database.Database.NewConnection();
                connection.Open();
                return new SqlSession(connection, null);
            },
            () => { },
            TimeSpan.FromMilliseconds(50));
        var turn = await queue.PauseAsync(None);
        var write = queue.RunAsync((session, stop) => session.ExecuteAsync("INSERT INTO server_state (name, number) VALUES ($1, $2)", stop, "late", 1L), None);

        queue.Dispose();
        turn!.Dispose();

        Assert.Equal(1, await write);
    }
}
