using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Pynomaly.Identity.Bench.Limit;

/// <summary>One writer thread over SQLite (WAL, synchronous=FULL): whatever waits is committed together, and answered after the commit.</summary>
internal sealed class Rotations : IDisposable
{
    private const int LargestGroup = 256;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly Lazy<Thread> _writer;
    private readonly string _path;

    public Rotations(string path)
    {
        _path = path;
        // Opened by the first chain: the program's start-up is that of Kestrel alone.
        _writer = new Lazy<Thread>(() =>
        {
            var thread = new Thread(Write) { IsBackground = true, Name = "writer" };
            thread.Start();
            return thread;
        });
    }

    public Task<string> BeginAsync() => EnqueueAsync(null)!;

    /// <summary>Spends the token and stores its successor; null when the token was not there to be spent.</summary>
    public Task<string?> RotateAsync(string token) => EnqueueAsync(Base64Url.DecodeFromChars(token));

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_writer.IsValueCreated) _writer.Value.Join();
        _queue.Dispose();
    }

    private Task<string?> EnqueueAsync(byte[]? spent)
    {
        _ = _writer.Value;
        var work = new Work(spent, RandomNumberGenerator.GetBytes(32), new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        _queue.Add(work);
        return work.Done.Task;
    }

    private void Write()
    {
        using var connection = Open();
        using var begin = Command(connection, "BEGIN IMMEDIATE");
        using var commit = Command(connection, "COMMIT");
        using var update = Command(connection, "UPDATE token SET status = 1 WHERE id = $id AND status = 0", "$id");
        using var insert = Command(connection, "INSERT INTO token VALUES ($id, $family, 'bench-web', 0, $now, $now + 86400)", "$id", "$family", "$now");
        var family = RandomNumberGenerator.GetBytes(16);
        var group = new List<(Work Work, bool Spent)>(LargestGroup);

        foreach (var first in _queue.GetConsumingEnumerable())
        {
            begin.ExecuteNonQuery();
            var work = first;
            do
            {
                var spent = work.Spent is null || Spend(update, work.Spent);
                if (spent) Insert(insert, work.Next, family);
                group.Add((work, spent));
            }
            while (group.Count < LargestGroup && _queue.TryTake(out work!));

            commit.ExecuteNonQuery();
            foreach (var (done, spent) in group) done.Done.SetResult(spent ? Base64Url.EncodeToString(done.Next) : null);
            group.Clear();
        }
    }

    private static bool Spend(SqliteCommand update, byte[] id)
    {
        update.Parameters[0].Value = id;
        return update.ExecuteNonQuery() == 1;
    }

    private static void Insert(SqliteCommand insert, byte[] id, byte[] family)
    {
        insert.Parameters[0].Value = id;
        insert.Parameters[1].Value = family;
        insert.Parameters[2].Value = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        insert.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={_path}");
        connection.Open();
        foreach (var sql in (string[])["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS token (id BLOB PRIMARY KEY, family BLOB, client TEXT, status INTEGER, created INTEGER, expires INTEGER) WITHOUT ROWID"])
        {
            using var command = Command(connection, sql);
            command.ExecuteNonQuery();
        }

        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private sealed record Work(byte[]? Spent, byte[] Next, TaskCompletionSource<string?> Done);
}
