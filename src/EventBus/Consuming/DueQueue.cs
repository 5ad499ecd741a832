namespace EventBus.Consuming;

/// <summary>Deliveries that wait for a moment, and one timer for the nearest of them. Guarded by the dispatcher's lock.</summary>
internal sealed class DueQueue : IDisposable
{
    private readonly PriorityQueue<Delivery, long> _waiting = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _timerDue = long.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="onDue">Called, outside of the lock, when something may be due.</param>
    public DueQueue(TimeProvider time, Action onDue)
    {
        _time = time;
        _timer = time.CreateTimer(
            static state => ((Action)state!)(), onDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What waits, in no order.</summary>
    public IEnumerable<Delivery> Waiting => _waiting.UnorderedItems.Select(static item => item.Element);

    public void Add(Delivery delivery, TimeSpan pause)
    {
        var due = TimestampIn(pause);
        _waiting.Enqueue(delivery, due);
        WakeAt(due);
    }

    /// <summary>The timestamp of a moment from now.</summary>
    public long TimestampIn(TimeSpan pause) =>
        _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);

    public bool IsDue(long timestamp) => timestamp <= _time.GetTimestamp();

    /// <summary>Makes sure that the timer fires by a moment.</summary>
    public void WakeAt(long timestamp)
    {
        if (timestamp >= _timerDue)
        {
            return;
        }

        _timerDue = timestamp;
        // Timers count in whole milliseconds and may be early by a part of one: rounding up saves a wake-up for nothing.
        var pause = TimeSpan.FromMilliseconds(Math.Ceiling(
            Math.Max(0, timestamp - _time.GetTimestamp()) * 1000.0 / _time.TimestampFrequency));
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes what is due, and sets the timer for the rest.</summary>
    public Delivery? TakeDue()
    {
        _timerDue = long.MaxValue;
        if (!_waiting.TryPeek(out _, out var due))
        {
            return null;
        }

        if (IsDue(due))
        {
            return _waiting.Dequeue();
        }

        WakeAt(due);
        return null;
    }

    /// <summary>Takes everything of a partition, due or not.</summary>
    public List<Delivery> TakeAll(PartitionState partition)
    {
        var (taken, kept) = (new List<Delivery>(), new List<(Delivery, long)>());
        while (_waiting.TryDequeue(out var delivery, out var due))
        {
            if (delivery.Partition == partition)
            {
                taken.Add(delivery);
            }
            else
            {
                kept.Add((delivery, due));
            }
        }

        _waiting.EnqueueRange(kept);
        return taken;
    }

    public void Dispose() => _timer.Dispose();
}
