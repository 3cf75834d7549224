using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Pynomaly.Identity.Storage;

/// <summary>One open connection for plain SQL with parameters $1, $2, ... On SQLite the statements stay prepared.</summary>
public sealed class SqlSession : IAsyncDisposable
{
    private const int LongTimeout = 120; // seconds
    private readonly Dictionary<string, DbCommand> _prepared = [];
    private readonly Action<SqlSession>? _giveBack;
    private bool _isPatient;

    internal SqlSession(DbConnection connection, Action<SqlSession>? giveBack)
    {
        Connection = connection;
        _giveBack = giveBack;
    }

    internal DbConnection Connection { get; }

    /// <summary>Set where the open transaction holds what others wait for, and taken back by the writer that committed it.</summary>
    internal bool HasNews { get; set; }

    /// <summary>The statements that are prepared on this connection, on SQLite: what a test asks for their plans.</summary>
    internal IReadOnlyCollection<string> Statements => _prepared.Keys;

    /// <summary>True on SQLite.</summary>
    public bool IsSqlite => Connection is SqliteConnection;

    /// <summary>Lets the statements that follow take minutes, where a request's may take seconds: an operator's act, or work in the background, that touches a million rows. SQLite's take what they take.</summary>
    internal SqlSession Patient()
    {
        _isPatient = !IsSqlite; // on PostgreSQL a session is one caller's, and ends with the work
        return this;
    }

    /// <summary>Runs a statement and answers the number of rows it changed.</summary>
    public async ValueTask<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        var command = Command(sql, values);
        var rows = await command.ExecuteNonQueryAsync(cancellationToken);
        await ReleaseAsync(command);
        return rows;
    }

    /// <summary>Runs a query and answers its first row, mapped; default when there is none.</summary>
    public async ValueTask<T?> FirstAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken, params object?[] values)
    {
        var command = Command(sql, values);
        T? result = default;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (await reader.ReadAsync(cancellationToken)) result = map(reader);
        }

        await ReleaseAsync(command);
        return result;
    }

    /// <summary>Runs a query and answers its rows, mapped.</summary>
    public async ValueTask<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken, params object?[] values)
    {
        var command = Command(sql, values);
        List<T> rows = [];
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) rows.Add(map(reader));
        }

        await ReleaseAsync(command);
        return rows;
    }

    /// <summary>Gives the connection back.</summary>
    public ValueTask DisposeAsync()
    {
        if (_giveBack is null) return Connection.DisposeAsync();
        _giveBack(this);
        return ValueTask.CompletedTask;
    }

    internal void Close()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        Connection.Dispose();
    }

    private DbCommand Command(string sql, object?[] values)
    {
        if (Connection is NpgsqlConnection postgres)
        {
            var command = new NpgsqlCommand(sql, postgres);
            if (_isPatient && command.CommandTimeout is > 0 and < LongTimeout) command.CommandTimeout = LongTimeout; // 0: without end, as somebody has set it
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = Convert(value) });
            return command;
        }

        if (!_prepared.TryGetValue(sql, out var prepared))
        {
            prepared = new SqliteCommand(sql, (SqliteConnection)Connection);
            for (var i = 1; i <= values.Length; i++) prepared.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(sql, prepared);
        }

        for (var i = 0; i < values.Length; i++) prepared.Parameters[i].Value = Convert(values[i]);
        return prepared;
    }

    private static ValueTask ReleaseAsync(DbCommand command) => command is NpgsqlCommand ? command.DisposeAsync() : ValueTask.CompletedTask;

    private static object Convert(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        _ => value,
    };
}
