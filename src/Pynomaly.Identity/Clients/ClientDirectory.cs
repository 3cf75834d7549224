using System.Collections.Concurrent;
using System.Text.Json;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Clients;

/// <summary>Finds applications by client identifier: from memory, at most a second old, bounded.</summary>
/// <remarks>Those that do not exist are remembered too, apart from those that do: guesses push nobody out. Requests for the same client wait for one query.</remarks>
public sealed class ClientDirectory
{
    /// <summary>The longest client identifier; nothing longer is looked for.</summary>
    public const int MaxIdLength = 256;

    private const string FindSql = "SELECT client_id, metadata, secrets, is_enabled, is_self_registered, created, updated FROM applications WHERE client_id = $1";
    private const int Remembered = 10_000;
    private readonly Database _database;
    private readonly ChangeFeed _feed;
    private volatile Memory _memory = new();

    /// <summary>Listens to the feed.</summary>
    public ClientDirectory(Database database, ChangeFeed feed)
    {
        (_database, _feed) = (database, feed);
        feed.Changed += () => _memory = new Memory(); // a query that is under way ends up in the old memory, which nobody asks any more
    }

    /// <summary>The application, enabled or not; null when there is none.</summary>
    /// <exception cref="Protocol.ProtocolException">temporarily_unavailable: what this node knows may be older than a second.</exception>
    public ValueTask<Application?> FindAsync(string clientId, CancellationToken cancellationToken)
    {
        _feed.RequireFresh();
        var memory = _memory;
        if (memory.Known.TryGetValue(clientId, out var known)) return ValueTask.FromResult<Application?>(known);
        if (clientId.Length is 0 or > MaxIdLength || clientId.Contains('\0', StringComparison.Ordinal) || memory.Unknown.ContainsKey(clientId)) return ValueTask.FromResult<Application?>(null);
        var query = memory.Queries.GetOrAdd(clientId, id => new Lazy<Task<Application?>>(() => QueryAsync(memory, id)));
        return new ValueTask<Application?>(query.Value.WaitAsync(cancellationToken)); // who leaves does not take the query from the others
    }

    private async Task<Application?> QueryAsync(Memory memory, string clientId)
    {
        try
        {
            await using var session = await _database.ReadAsync(CancellationToken.None);
            var application = await session.FirstAsync<Application?>(FindSql, row => new Application
            {
                ClientId = row.GetString(0),
                Metadata = JsonSerializer.Deserialize(row.GetString(1), StorageJson.Default.ClientMetadata)!,
                Secrets = JsonSerializer.Deserialize(row.GetString(2), StorageJson.Default.ListClientSecret)!,
                IsEnabled = row.GetBoolean(3),
                IsSelfRegistered = row.GetBoolean(4),
                Created = row.Time(5),
                Updated = row.Time(6),
            }, CancellationToken.None, clientId);

            if (application is null) Remember(memory.Unknown, clientId, true);
            else Remember(memory.Known, clientId, application);
            return application;
        }
        finally
        {
            memory.Queries.TryRemove(clientId, out _);
        }
    }

    private static void Remember<T>(ConcurrentDictionary<string, T> memory, string clientId, T value)
    {
        if (memory.Count >= Remembered) memory.Clear();
        memory[clientId] = value;
    }

    private sealed class Memory
    {
        public ConcurrentDictionary<string, Application> Known { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, bool> Unknown { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Lazy<Task<Application?>>> Queries { get; } = new(StringComparer.Ordinal);
    }
}
