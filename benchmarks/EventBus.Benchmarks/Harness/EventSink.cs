namespace EventBus.Benchmarks.Harness;

/// <summary>Where the events of a run end: it counts them and, where they carry a moment, notes how long they took.</summary>
/// <param name="concurrent">Whether several threads hand over events at once. Counting for one thread costs less.</param>
internal sealed class EventSink(bool concurrent = false)
{
    private TaskCompletionSource _complete = new();
    private long[] _latencies = [];
    private int _expected;
    private int _left;

    /// <summary>How many of the expected events have arrived.</summary>
    public int Arrived => _expected - Volatile.Read(ref _left);

    /// <summary>The run's latencies, in ticks of the timestamp.</summary>
    public long[] Latencies => _latencies;

    /// <summary>Starts a run.</summary>
    /// <param name="events">How many events will arrive.</param>
    /// <param name="timed">Whether they carry the moment of their making.</param>
    /// <returns>Completes with the last event.</returns>
    public Task Expect(int events, bool timed = false)
    {
        _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _latencies = timed ? new long[events] : [];
        _expected = events;
        Volatile.Write(ref _left, events);
        return _complete.Task;
    }

    public void Accept(BenchEvent received)
    {
        var now = received.SentAt == 0 ? 0 : TimeProvider.System.GetTimestamp();
        if (concurrent)
        {
            Accept(received, now, Interlocked.Decrement(ref _left));
        }
        else
        {
            var left = _left - 1;
            Volatile.Write(ref _left, left);
            Accept(received, now, left);
        }
    }

    /// <summary>Counts events of which nobody else tells, at their end.</summary>
    public void AcceptUnseen(int events)
    {
        if (Interlocked.Add(ref _left, -events) == 0)
        {
            _complete.SetResult();
        }
    }

    private void Accept(BenchEvent received, long now, int left)
    {
        if (now != 0)
        {
            _latencies[left] = now - received.SentAt;
        }

        if (left == 0)
        {
            _complete.SetResult();
        }
    }
}
