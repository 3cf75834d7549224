using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class HashingQueueTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTime time = new();
    private readonly ManualResetEventSlim hold = new();

    public void Dispose()
    {
        hold.Set();
        services.Dispose();
    }

    [Fact]
    public async Task Work_runs_on_a_thread_of_its_own_and_its_result_comes_back()
    {
        using var queue = NewQueue();

        var (name, pooled) = await queue.RunAsync(() => (Thread.CurrentThread.Name, Thread.CurrentThread.IsThreadPoolThread), default);

        Assert.Equal("Hashing 1", name);
        Assert.False(pooled);
    }

    [Fact]
    public async Task What_the_work_throws_reaches_the_caller_and_the_thread_lives_on()
    {
        using var queue = NewQueue();

        await Assert.ThrowsAsync<FormatException>(() => queue.RunAsync<int>(() => throw new FormatException(), default));

        Assert.Equal(7, await queue.RunAsync(() => 7, default));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_the_waiting_are_served()
    {
        using var queue = NewQueue(capacity: 2);
        var running = await HoldWorkerAsync(queue);
        var waiting = new[] { queue.RunAsync(() => 1, default), queue.RunAsync(() => 2, default) };

        var refused = await Assert.ThrowsAsync<HashingBusyException>(() => queue.RunAsync(() => 3, default));
        hold.Set();

        Assert.Equal(TimeSpan.FromSeconds(1), refused.RetryAfter);
        var results = await Task.WhenAll([running, .. waiting]);
        Assert.Equal([0, 1, 2], results);
    }

    [Fact]
    public async Task Work_that_would_wait_longer_than_the_bound_is_refused_at_once()
    {
        using var queue = NewQueue();
        await queue.RunAsync(() => time.Advance(TimeSpan.FromSeconds(4)), default);
        await UntilAsync(() => queue.IsIdle);
        var running = await HoldWorkerAsync(queue);
        var second = queue.RunAsync(() => 2, default);

        // Three at four seconds each: the third would begin after eight, the fourth after twelve.
        var third = queue.RunAsync(() => 3, default);
        var refused = await Assert.ThrowsAsync<HashingBusyException>(() => queue.RunAsync(() => 4, default));
        hold.Set();

        Assert.Equal(TimeSpan.FromSeconds(12), refused.RetryAfter);
        var results = await Task.WhenAll(running, second, third);
        Assert.Equal([0, 2, 3], results);
    }

    [Fact]
    public async Task Work_that_did_wait_longer_than_the_bound_is_not_begun()
    {
        using var queue = NewQueue();
        var running = await HoldWorkerAsync(queue);
        var begun = false;
        var late = queue.RunAsync(() => begun = true, default);

        time.Advance(HashingQueue.LongestWait + TimeSpan.FromSeconds(1));
        hold.Set();

        await Assert.ThrowsAsync<HashingBusyException>(() => late);
        await running;
        Assert.False(begun);
    }

    [Fact]
    public async Task Who_goes_away_leaves_the_queue_at_once()
    {
        using var queue = NewQueue(capacity: 1);
        var running = await HoldWorkerAsync(queue);
        using var gone = new CancellationTokenSource();
        var begun = false;
        var abandoned = queue.RunAsync(() => begun = true, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        Assert.Equal(0, queue.Length);
        var next = queue.RunAsync(() => 2, default);
        hold.Set();
        Assert.Equal(2, await next);
        await running;
        Assert.False(begun);
    }

    [Fact]
    public async Task A_stopped_queue_refuses_what_waits_and_what_comes()
    {
        var queue = NewQueue();
        var running = await HoldWorkerAsync(queue);
        var waiting = queue.RunAsync(() => 1, default);

        var stopping = Task.Run(queue.Dispose, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<HashingBusyException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(2)));
        await Assert.ThrowsAsync<HashingBusyException>(() => queue.RunAsync(() => 2, default));
        hold.Set();
        await stopping;
        Assert.Equal(0, await running);
        queue.Dispose();
    }

    [Fact]
    public async Task Hashing_threads_yield_to_all_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Niceness is read from /proc, which only Linux has.");
        using var queue = NewQueue();

        var niceness = await queue.RunAsync(OwnNiceness, default);

        Assert.Equal(ThreadNiceness.Lowered, niceness);
    }

    [Fact]
    public void Results_are_handed_over_by_a_thread_that_does_not_yield()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Niceness is read from /proc, which only Linux has.");
        using var queue = NewQueue();
        var job = new ObservedJob();

        queue.Enqueue(job);

        Assert.True(job.Completed.Wait(TimeSpan.FromMinutes(2)));
        Assert.Equal(ThreadNiceness.Lowered, job.NicenessOfRun);
        Assert.Equal(OwnNiceness(), job.NicenessOfComplete);
    }

    [Fact]
    public async Task Length_duration_and_refusals_are_measured()
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        var factory = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Pynomaly.Identity" && ReferenceEquals(instrument.Meter.Scope, factory)) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((i, value, _, _) => Note(i, value));
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => Note(i, value));
        listener.SetMeasurementEventCallback<double>((i, value, _, _) => Note(i, value));
        listener.Start();
        using var queue = NewQueue(capacity: 1);
        await queue.RunAsync(() => time.Advance(TimeSpan.FromMilliseconds(250)), default);
        await UntilAsync(() => queue.IsIdle);
        var running = await HoldWorkerAsync(queue);
        var waiting = queue.RunAsync(() => 1, default);

        await Assert.ThrowsAsync<HashingBusyException>(() => queue.RunAsync(() => 2, default));
        listener.RecordObservableInstruments();

        lock (seen)
        {
            Assert.Equal(0.25, seen["identity.password.hash.duration"]);
            Assert.Equal(1, seen["identity.password.refused"]);
            Assert.Equal(1, seen["identity.password.queue.length"]);
        }

        hold.Set();
        await Task.WhenAll(running, waiting);

        void Note(Instrument instrument, double value)
        {
            lock (seen) seen[instrument.Name] = value;
        }
    }

    private static int OwnNiceness()
    {
        // proc(5): the command may contain blanks and parentheses, so count from its end; field 19 is nice, 3 is the first after it.
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16]);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 6000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }

    private HashingQueue NewQueue(int capacity = 64) => new(1, capacity, time, services.GetRequiredService<IMeterFactory>());

    private async Task<Task<int>> HoldWorkerAsync(HashingQueue queue)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = queue.RunAsync(
            () =>
            {
                begun.SetResult();
                hold.Wait(TimeSpan.FromMinutes(2));
                return 0;
            },
            default);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return running;
    }

    private sealed class ObservedJob() : HashingJob(enqueued: 0)
    {
        public ManualResetEventSlim Completed { get; } = new();

        public int NicenessOfRun { get; private set; }

        public int NicenessOfComplete { get; private set; }

        public override void Run() => NicenessOfRun = OwnNiceness();

        public override void Refuse(TimeSpan retryAfter) => throw new InvalidOperationException();

        public override void Complete()
        {
            NicenessOfComplete = OwnNiceness();
            Completed.Set();
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref ticks);

        public long Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
    }
}
