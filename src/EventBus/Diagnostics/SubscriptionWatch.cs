using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>
/// Looks at a subscription from time to time and remembers since when things have been as they are, which its handlers and its transport are
/// not made to write down for each event.
/// </summary>
internal sealed class SubscriptionWatch(SubscriptionMetrics metrics, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Dictionary<(string Topic, int Partition), (Offset Next, long Since)> _partitions = [];

    public SubscriptionMetrics Metrics => metrics;

    /// <summary>How long the oldest running attempt has been running; null where none is.</summary>
    public TimeSpan? OldestAttempt { get; private set; }

    /// <summary>How long a partition has had events and the group has settled none of them; null where no partition has.</summary>
    public TimeSpan? Unmoved { get; private set; }

    /// <summary>How many events the group has yet to settle; null where the transport cannot tell.</summary>
    public long? Lag { get; private set; }

    /// <summary>How long the oldest of them has been stored; null where there is none.</summary>
    public TimeSpan? LagAgeOfOldest { get; private set; }

    /// <summary>Takes a look.</summary>
    /// <param name="maxAge">How old the transport's last answer may be; an older one makes it be asked again.</param>
    /// <returns>Completes when the transport has told of the lag, however long that takes; the next look sees it.</returns>
    public Task LookAsync(TimeSpan maxAge)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            OldestAttempt = metrics.Status.Dispatcher?.OldestAttempt(now) is { } since ? time.GetElapsedTime(since, now) : null;
            LookAt(metrics.Status.Lag?.Last ?? [], now);
            return metrics.Status.Lag?.RefreshAsync(maxAge) ?? Task.CompletedTask;
        }
    }

    // The group's own topics are not counted: what lies there waits for its time. Nothing moves where somebody said so.
    private void LookAt(IEnumerable<PartitionLag> partitions, long now)
    {
        var behind = partitions.Where(static each => each.Count > 0 && !InternalTopics.IsInternal(each.Topic)).ToList();
        _partitions = metrics.IsPaused ? [] : behind.ToDictionary(
            static each => (each.Topic, each.Partition),
            each => _partitions.TryGetValue((each.Topic, each.Partition), out var before) && before.Next == each.Next
                ? before
                : (each.Next, now));
        Unmoved = _partitions.Count > 0 ? time.GetElapsedTime(_partitions.Values.Min(static each => each.Since), now) : null;
        Lag = metrics.Status.Lag?.Last is null ? null : behind.Sum(static each => each.Count);
        LagAgeOfOldest = behind.Min(static each => each.OldestTime) is { } oldest ? time.GetUtcNow() - oldest : null;
    }
}
