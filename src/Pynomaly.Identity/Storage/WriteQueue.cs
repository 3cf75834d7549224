using System.Threading.Channels;

namespace Pynomaly.Identity.Storage;

/// <summary>The one writer of a SQLite database: work waits in a queue and is committed in groups, so that one flush to disk serves many requests.</summary>
/// <remarks>Competing writers starve one another on SQLite's busy handler; one queue is fair and was measured fastest.</remarks>
internal sealed class WriteQueue : IDisposable
{
    private const int GroupSize = 64;
    private const int Capacity = 4096;
    private readonly Channel<Work> _channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Func<SqlSession> _open;
    private readonly Action _onNews;
    private readonly TimeSpan _patience;
    private readonly Thread _thread;
    private SqlSession? _session;
    private long _commits;

    public WriteQueue(Func<SqlSession> open, Action onNews, TimeSpan? patience = null)
    {
        (_open, _onNews, _patience) = (open, onNews, patience ?? TimeSpan.FromSeconds(10));
        _thread = new Thread(Loop) { IsBackground = true, Name = "SQLite writer" };
        _thread.Start();
    }

    public long Commits => Interlocked.Read(ref _commits);

    public async Task<T> RunAsync<T>(Func<SqlSession, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work);
        await _channel.Writer.WriteAsync(item, cancellationToken);
        return await item.Task; // once queued it is done or refused, never abandoned: its outcome must be known
    }

    public async ValueTask<IDisposable?> PauseAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public void Dispose()
    {
        _channel.Writer.TryComplete();
        if (_thread.Join(_patience)) _turn.Dispose(); // a thread that waits for the disk, or for its turn, goes on to the end: without the turn it would take the process along
    }

    private void Loop()
    {
        var group = new List<Work>(GroupSize);
        while (_channel.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (group.Count < GroupSize && _channel.Reader.TryRead(out var item)) group.Add(item);
            if (group.Count == 0) continue;
            _turn.Wait();
            try
            {
                Commit(group);
            }
            finally
            {
                _turn.Release();
            }

            foreach (var item in group) item.Complete();
            group.Clear();
        }

        _session?.Close();
    }

    private void Commit(List<Work> group)
    {
        if (TryCommit(group, out var begun) is not { } failure) return;
        if (group.Count == 1 || !begun)
        {
            foreach (var item in group) item.Fail(failure); // a busy or broken file: trying each alone would only wait as often
            return;
        }

        // One of them spoilt the group, and everything was rolled back: each on its own now.
        foreach (var item in group)
        {
            if (TryCommit([item], out _) is { } own) item.Fail(own);
        }
    }

    private Exception? TryCommit(List<Work> group, out bool begun)
    {
        begun = false;
        try
        {
            _session ??= _open();
            Execute("BEGIN IMMEDIATE");
            begun = true;
            try
            {
                foreach (var item in group) item.Run(_session);
                Execute("COMMIT");
                Interlocked.Increment(ref _commits);
                if (_session.HasNews) _onNews();
                _session.HasNews = false;
                return null;
            }
            catch
            {
                Rollback();
                throw;
            }
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Execute(string sql) => _session!.ExecuteAsync(sql, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (Exception)
        {
            // SQLite may have rolled back by itself (disk full, input/output error); a fresh connection is certain.
            _session!.Close();
            _session = null;
        }
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0) turn.Release();
        }
    }

    private abstract class Work
    {
        public abstract void Run(SqlSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqlSession, CancellationToken, ValueTask<T>> work) : Work
    {
        private readonly ExecutionContext? _caller = ExecutionContext.Capture(); // what belongs to the caller's request does so on the writer's thread, too
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override void Run(SqlSession session)
        {
            if (_caller is null) Do(session);
            else ExecutionContext.Run(_caller, state => ((Work<T>)state!).Do(session), this);
        }

        public override void Fail(Exception exception) => _failure = exception;

        private void Do(SqlSession session) => _result = work(session, CancellationToken.None).AsTask().GetAwaiter().GetResult();

        public override void Complete()
        {
            if (_failure is null) _done.SetResult(_result);
            else _done.SetException(_failure);
        }
    }
}
