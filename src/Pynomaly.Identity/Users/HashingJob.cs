namespace Pynomaly.Identity.Users;

/// <summary>Work in the <see cref="HashingQueue"/>.</summary>
internal abstract class HashingJob(long enqueued)
{
    /// <summary>The clock's timestamp when it was queued.</summary>
    public long Enqueued { get; } = enqueued;

    /// <summary>Does the work and keeps what came of it.</summary>
    public abstract void Run();

    /// <summary>Keeps a refusal instead.</summary>
    public abstract void Refuse(TimeSpan retryAfter);

    /// <summary>Hands over what was kept.</summary>
    public abstract void Complete();
}

/// <inheritdoc/>
internal sealed class HashingJob<T>(Func<T> work, long enqueued) : HashingJob(enqueued)
{
    private readonly TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? value;
    private Exception? failure;

    public Task<T> Result => result.Task;

    public void Cancel(CancellationToken cancellationToken) => result.TrySetCanceled(cancellationToken);

    public override void Refuse(TimeSpan retryAfter) => failure = new HashingBusyException(retryAfter);

    public override void Run()
    {
        try
        {
            value = work();
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the caller: the thread serves all.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }
    }

    public override void Complete()
    {
        if (failure is null) result.TrySetResult(value!);
        else result.TrySetException(failure);
    }
}
