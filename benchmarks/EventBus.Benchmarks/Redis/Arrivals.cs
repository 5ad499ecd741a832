namespace EventBus.Benchmarks.Redis;

/// <summary>Where events end: it counts them, and tells when the last one of a run has arrived.</summary>
internal sealed class Arrivals
{
    private TaskCompletionSource _complete = new();
    private int _left;

    /// <summary>When the last event of the run arrived, as a timestamp.</summary>
    public long CompletedAt { get; private set; }

    /// <summary>Starts a run.</summary>
    /// <returns>Completes with the last event.</returns>
    public Task Expect(int events)
    {
        _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _left, events);
        return _complete.Task;
    }

    /// <exception cref="BenchmarkException">It is not what was sent.</exception>
    public void Accept(int size)
    {
        if (size != Payload.Size)
        {
            throw new BenchmarkException($"An event of {size} bytes arrived instead of {Payload.Size}.");
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            CompletedAt = TimeProvider.System.GetTimestamp();
            _complete.SetResult();
        }
    }
}
