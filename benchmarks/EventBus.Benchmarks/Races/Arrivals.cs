namespace EventBus.Benchmarks.Races;

/// <summary>Where events end: it counts them, and tells when the first and the last one of a run have arrived.</summary>
internal sealed class Arrivals
{
    private TaskCompletionSource _complete = new();
    private Action? _first;
    private int _expected;
    private int _left;

    /// <summary>When the last event of the run arrived, as a timestamp.</summary>
    public long CompletedAt { get; private set; }

    /// <summary>Starts a run.</summary>
    /// <param name="events">How many will arrive.</param>
    /// <param name="first">Called when the first one has arrived.</param>
    /// <returns>Completes with the last event.</returns>
    public Task Expect(int events, Action? first = null)
    {
        _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _first = first;
        _expected = events - 1;
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

        var left = Interlocked.Decrement(ref _left);
        if (left == _expected)
        {
            _first?.Invoke();
        }

        if (left == 0)
        {
            CompletedAt = TimeProvider.System.GetTimestamp();
            _complete.SetResult();
        }
    }
}
