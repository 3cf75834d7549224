using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Storage;

/// <summary>The database of hot paths: plain SQL, sessions that stay open, and writes that are durable when they return.</summary>
/// <remarks>On SQLite one writer commits groups (<see cref="WriteQueue"/>); on PostgreSQL each write is a transaction of its own.</remarks>
public sealed class Database : IAsyncDisposable
{
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private readonly WriteQueue? _queue;
    private readonly NpgsqlDataSource? _postgres;
    private readonly string _sqlite = string.Empty;
    private long _deadlocks;

    /// <summary>Opens nothing yet.</summary>
    public Database(ServerOptions options)
    {
        IsSqlite = options.DatabaseProvider == "Sqlite";
        try
        {
            if (IsSqlite)
            {
                var builder = new SqliteConnectionStringBuilder(options.ConnectionString) { DefaultTimeout = 5 };
                File = Path.GetFullPath(builder.DataSource);
                builder.DataSource = File;
                EntityConnectionString = builder.ToString();
                builder.Pooling = false; // sessions are kept here
                _sqlite = builder.ToString();
                _queue = new WriteQueue(() => Open(static _ => { }), () => NewsCommitted?.Invoke());
            }
            else
            {
                var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, ApplicationName = "pynomaly-identity" };
                var given = new DbConnectionStringBuilder { ConnectionString = options.ConnectionString }; // Npgsql's own says of every keyword that it knows that it is there
                if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout")) builder.CommandTimeout = 5;
                if (!given.ContainsKey("Timeout")) builder.Timeout = 5;
                EntityConnectionString = builder.ToString();
                _postgres = NpgsqlDataSource.Create(builder);
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The text may hold a password: it is not repeated.
            throw new ConfigurationException($"ConnectionStrings:Identity is not a connection string that {options.DatabaseProvider} understands. Write for example "
                + (IsSqlite ? "Data Source=data/identity.db." : "Host=db;Database=identity;Username=identity_app;SSL Mode=VerifyFull."));
        }
    }

    /// <summary>Raised on the SQLite writer's thread when it has committed what others wait for; on PostgreSQL a notification does that.</summary>
    internal event Action? NewsCommitted;

    /// <summary>True on SQLite, false on PostgreSQL.</summary>
    public bool IsSqlite { get; }

    /// <summary>The SQLite file; null on PostgreSQL.</summary>
    public string? File { get; }

    /// <summary>How often PostgreSQL ended a transaction because two waited for each other; it was run again. Rows are held in one order (<see cref="PersonRows"/>), so it should be none.</summary>
    internal long Deadlocks => Interlocked.Read(ref _deadlocks);

    /// <summary>How many transactions the SQLite writer has committed, for the benchmark's group-commit figure.</summary>
    public long Commits => _queue?.Commits ?? 0;

    internal string EntityConnectionString { get; }

    /// <summary>A session to read with.</summary>
    public async ValueTask<SqlSession> ReadAsync(CancellationToken cancellationToken)
    {
        if (_postgres is not null) return new SqlSession(await _postgres.OpenConnectionAsync(cancellationToken), null);
        return _idle.TryTake(out var session) ? session : Open(_idle.Add);
    }

    /// <summary>Runs the work as one transaction and returns when it is durable. The work may be run again when a group or a transaction has to be repeated.</summary>
    /// <exception cref="DbException">The database refused; nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<SqlSession, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken) =>
        _queue is not null ? _queue.RunAsync(work, cancellationToken) : WritePostgresAsync(work, cancellationToken);

    /// <summary>Waits for the SQLite writer to pause, so that Entity Framework's write does not compete with it; nothing on PostgreSQL.</summary>
    internal ValueTask<IDisposable?> TakeWriterTurnAsync(CancellationToken cancellationToken) => _queue?.PauseAsync(cancellationToken) ?? ValueTask.FromResult<IDisposable?>(null);

    internal DbConnection NewConnection() => _postgres is not null ? _postgres.CreateConnection() : new SqliteConnection(_sqlite);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _queue?.Dispose();
        while (_idle.TryTake(out var session)) session.Close();
        if (_postgres is not null) await _postgres.DisposeAsync();
    }

    private SqlSession Open(Action<SqlSession> giveBack)
    {
        var connection = new SqliteConnection(_sqlite);
        connection.Open();
        SqlitePragmas.Apply(connection);
        return new SqlSession(connection, giveBack);
    }

    private async Task<T> WritePostgresAsync<T>(Func<SqlSession, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _postgres!.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(new SqlSession(connection, null), cancellationToken);
                await transaction.CommitAsync(CancellationToken.None); // once sent, its outcome is awaited
                return result;
            }
            catch (PostgresException e) when (attempt < 4 && e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                // The transaction was rolled back whole: run it again.
                if (e.SqlState == PostgresErrorCodes.DeadlockDetected) Interlocked.Increment(ref _deadlocks);
            }
        }
    }
}
