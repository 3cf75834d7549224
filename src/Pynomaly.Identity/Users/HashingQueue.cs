using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>The few threads that hash passwords, and the bounded queue before them: a flood of sign-ins is refused at once and cannot starve token requests.</summary>
/// <remarks>One hash takes a core for a fifth of a second on purpose. On the thread pool, two hundred of them would stop every endpoint.</remarks>
internal sealed class HashingQueue : IDisposable
{
    /// <summary>Longest that work may wait: a person has given up by then.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly LinkedList<HashingJob> waiting = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim ready = new(0);
    private readonly Thread[] workers;
    private readonly Thread clerk;
    private readonly BlockingCollection<HashingJob> done = [];
    private readonly int capacity;
    private readonly TimeProvider time;
    private readonly Histogram<double> durations;
    private readonly Counter<long> refusals;
    private TimeSpan usual;
    private int running;
    private bool stopped;

    /// <summary>Starts the threads that the settings ask for.</summary>
    public HashingQueue(ServerOptions options, TimeProvider time, IMeterFactory meters)
        : this(options.Passwords.Workers, options.Passwords.QueueLength, time, meters)
    {
    }

    /// <param name="workers">Threads; 0 is one fewer than the cores, at least one.</param>
    /// <param name="capacity">Jobs that may wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Whose meter counts.</param>
    public HashingQueue(int workers, int capacity, TimeProvider time, IMeterFactory meters)
    {
        this.capacity = capacity;
        this.time = time;

        var meter = meters.Create("Pynomaly.Identity");
        meter.CreateObservableGauge("identity.password.queue.length", () => Length, "{job}", "Jobs that wait for a hashing thread");
        durations = meter.CreateHistogram<double>("identity.password.hash.duration", "s", "Time that one job held a hashing thread");
        refusals = meter.CreateCounter<long>("identity.password.refused", "{job}", "Jobs that were refused because the queue was full or too slow");

        this.workers = new Thread[workers > 0 ? workers : Math.Max(1, Environment.ProcessorCount - 1)];
        for (var i = 0; i < this.workers.Length; i++)
        {
            this.workers[i] = new Thread(Work) { IsBackground = true, Name = $"Hashing {i + 1}", Priority = ThreadPriority.BelowNormal };
            this.workers[i].Start();
        }

        // On Linux a new thread inherits its maker's niceness, and waking an awaiting request may make a pool thread: never let a worker do that.
        clerk = new Thread(HandOver) { IsBackground = true, Name = "Hashing results" };
        clerk.Start();
    }

    /// <summary>Jobs that wait now.</summary>
    public int Length
    {
        get { lock (gate) return waiting.Count; }
    }

    /// <summary>Whether nothing waits and nothing runs.</summary>
    public bool IsIdle
    {
        get { lock (gate) return waiting.Count + running == 0; }
    }

    /// <summary>Runs the work on a hashing thread. A cancelled job leaves the queue at once; one that already runs is finished, its result dropped.</summary>
    /// <exception cref="HashingBusyException">The queue is full, or the work would wait longer than <see cref="LongestWait"/>.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var job = new HashingJob<T>(work, time.GetTimestamp());
        var place = Enqueue(job);

        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                lock (gate)
                {
                    if (place.List is not null) waiting.Remove(place);
                }

                job.Cancel(token);
            },
            null);
        return await job.Result;
    }

    /// <summary>Queues a job; its place lets it be taken out again.</summary>
    internal LinkedListNode<HashingJob> Enqueue(HashingJob job)
    {
        lock (gate)
        {
            var wait = usual * ((waiting.Count + running) / workers.Length);
            if (stopped || waiting.Count >= capacity || wait > LongestWait)
            {
                refusals.Add(1);
                throw new HashingBusyException(wait);
            }

            ready.Release();
            return waiting.AddLast(job);
        }
    }

    /// <summary>Refuses what waits, finishes what runs.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (stopped) return;
            stopped = true;
            foreach (var job in waiting)
            {
                job.Refuse(TimeSpan.Zero);
                done.Add(job);
            }

            waiting.Clear();
        }

        ready.Release(workers.Length);
        foreach (var worker in workers) worker.Join();
        done.CompleteAdding();
        clerk.Join();
        done.Dispose();
        ready.Dispose();
    }

    private void Work()
    {
        ThreadNiceness.Lower();
        while (true)
        {
            ready.Wait();
            HashingJob job;
            lock (gate)
            {
                if (stopped) return;
                if (waiting.First is not { } first) continue; // It was cancelled.
                waiting.RemoveFirst();
                job = first.Value;
                running++;
            }

            var begun = time.GetTimestamp();
            if (time.GetElapsedTime(job.Enqueued, begun) > LongestWait)
            {
                refusals.Add(1);
                job.Refuse(usual);
                lock (gate) running--;
            }
            else
            {
                job.Run();
                var took = time.GetElapsedTime(begun);
                durations.Record(took.TotalSeconds);
                lock (gate)
                {
                    running--;
                    usual = usual == TimeSpan.Zero ? took : (usual * 0.8) + (took * 0.2);
                }
            }

            done.Add(job);
        }
    }

    private void HandOver()
    {
        foreach (var job in done.GetConsumingEnumerable()) job.Complete();
    }
}
