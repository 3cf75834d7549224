using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Storage;

/// <summary>Watches the database for what other nodes and commands changed, so that nothing held in memory is older than one second.</summary>
/// <remarks>One thread of its own looks four times a second; on PostgreSQL ten times, and a notification wakes it at once (which on a machine without a free processor
/// comes late: then the look is what it hears by). When the database does not answer for more than a second, <see cref="RequireFresh"/> fails closed.</remarks>
public sealed partial class ChangeFeed(Database database, ILogger<ChangeFeed> logger) : IHostedService, IDisposable
{
    /// <summary>The statement that tells every node that applications, scopes, roles or keys changed.</summary>
    public const string BumpSql = "UPDATE server_state SET number = number + 1 WHERE name = 'changes'";

    private const string LookSql = "SELECT (SELECT number FROM server_state WHERE name = 'changes'), (SELECT COALESCE(MAX(sequence), 0) FROM revocations), (SELECT COALESCE(MAX(sequence), 0) FROM security_events), COALESCE((SELECT number FROM server_state WHERE name = 'bans'), 0)";
    private const int LookMilliseconds = 250;
    private readonly int _lookMilliseconds = database.IsSqlite ? LookMilliseconds : 100; // a notification may be late
    private readonly ManualResetEventSlim _wake = new();
    private Thread? _thread;
    private volatile bool _stopping;
    private bool _isLost;
    private long _lastLook;
    private long _changes = -1;
    private long _revocations = -1;
    private long _events = -1;
    private long _bans = -1;

    /// <summary>How old what a node knows may be: older, and it refuses. A removed right is in no token that is asked for so long after it was removed.</summary>
    public static TimeSpan Oldest { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a node looks at the latest.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(LookMilliseconds);

    /// <summary>Raised when applications, scopes, roles, permissions or keys changed. Handlers drop what they hold.</summary>
    public event Action? Changed;

    /// <summary>Raised when the revocation list grew; handlers read the new entries before they return.</summary>
    public event Action? RevocationsAdded;

    /// <summary>Raised when security events were committed that receivers are to be told of.</summary>
    public event Action? EventsAdded;

    /// <summary>Raised when sources were banned or let in again. Apart from <see cref="Changed"/>: an attack by many sources must not empty everybody's memory of clients.</summary>
    public event Action? BansChanged;

    /// <summary>True while the last look is younger than a second.</summary>
    public bool IsFresh => Environment.TickCount64 * TimeSpan.TicksPerMillisecond - Interlocked.Read(ref _lastLook) <= Oldest.Ticks;

    /// <summary>Refuses the request when what this node knows may be older than a second.</summary>
    /// <exception cref="ProtocolException">temporarily_unavailable.</exception>
    public void RequireFresh()
    {
        if (!IsFresh) throw ProtocolException.TemporarilyUnavailable();
    }

    /// <summary>Looks at once, on the caller's thread: after a change that this process made itself.</summary>
    public void Look()
    {
        lock (_wake)
        {
            var session = database.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            try
            {
                LookWith(session);
            }
            finally
            {
                session.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>Takes the turn to write what others follow by number (revocations, security events), until the end of the transaction, and wakes all nodes at its commit.</summary>
    /// <remarks>Sequence numbers must grow in the order of commits, or a follower that has seen a later one would miss an earlier one.</remarks>
    internal static async ValueTask OrderAsync(SqlSession session, CancellationToken cancellationToken)
    {
        if (session.IsSqlite)
        {
            session.HasNews = true; // one writer
            return;
        }

        await session.ExecuteAsync("SELECT pg_advisory_xact_lock(7009), pg_notify('pynomaly_identity', '')", cancellationToken);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Look();
        }
        catch (DbException e) when (!database.IsSqlite)
        {
            Lost(e); // the thread goes on trying; meanwhile nothing is fresh, so requests are refused
        }

        database.NewsCommitted += _wake.Set;
        _thread = new Thread(Loop) { IsBackground = true, Name = "Change feed", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Stop()) _wake.Dispose(); // a thread that hangs in the database keeps its event
    }

    private bool Stop()
    {
        _stopping = true;
        database.NewsCommitted -= _wake.Set;
        _wake.Set();
        return _thread?.Join(TimeSpan.FromSeconds(6)) ?? true;
    }

    private void Loop()
    {
        NpgsqlConnection? listener = null;
        while (!_stopping)
        {
            try
            {
                if (!database.IsSqlite) listener ??= Listen();
                if (listener is not null) listener.Wait(_lookMilliseconds);
                else if (_wake.Wait(_lookMilliseconds) && !_stopping) _wake.Reset();
                if (!_stopping) Look();
                _isLost = false;
            }
            catch (Exception e)
            {
                if (_stopping) return;
                Lost(e);
                listener?.Dispose();
                listener = null;
                _wake.Wait(_lookMilliseconds);
            }
        }

        listener?.Dispose();
    }

    private void Lost(Exception e)
    {
        if (!_isLost) DatabaseDoesNotAnswer(logger, e.GetType().Name); // once an outage
        _isLost = true;
    }

    private NpgsqlConnection Listen()
    {
        var connection = (NpgsqlConnection)database.NewConnection();
        connection.Open();
        using var command = new NpgsqlCommand("LISTEN pynomaly_identity", connection);
        command.ExecuteNonQuery();
        return connection;
    }

    private void LookWith(SqlSession session)
    {
        var before = Environment.TickCount64;
        var (changes, revocations, events, bans) = session.FirstAsync(LookSql, row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        // A handler that fails is called again at the next look, and until it succeeds nothing here counts as fresh.
        if (_changes != changes) Changed?.Invoke();
        _changes = changes;
        if (_revocations != revocations) RevocationsAdded?.Invoke();
        _revocations = revocations;
        if (_events != events) EventsAdded?.Invoke();
        _events = events;
        if (_bans != bans) BansChanged?.Invoke();
        _bans = bans;
        Interlocked.Exchange(ref _lastLook, before * TimeSpan.TicksPerMillisecond);
    }

    [LoggerMessage(2001, LogLevel.Error, "The database does not answer ({Reason}); requests that need it are refused until it does", EventName = "DatabaseDoesNotAnswer")]
    private static partial void DatabaseDoesNotAnswer(ILogger logger, string reason);
}
