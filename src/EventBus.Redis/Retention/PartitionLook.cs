using EventBus.Redis.Connections;
using EventBus.Transports;
using StackExchange.Redis;

namespace EventBus.Redis.Retention;

/// <summary>What was seen of a partition at the last look, so that the next one can be cheap: as long as nothing is added, there is little to trim.</summary>
internal sealed class PartitionLook(string topic, int partition, RedisKeys keys)
{
    // How much later than promised an event may go of a partition that nothing is added to, as a part of the age.
    private const int AgeExactness = 20;
    private const long MaxPause = 60_000;
    private const long HeldPause = 5_000;

    // A length that there is not: never seen.
    private const long Unknown = -1;
    private long _length = Unknown;
    private long _due = long.MaxValue;
    private long _leftAloneUntil;

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    /// <summary>The stream, and up to where it has been released.</summary>
    public RedisKey[] Keys { get; } = [keys.Stream(topic, partition), keys.Released(topic, partition)];

    /// <summary>Whether all that its group has settled goes, whatever the settings.</summary>
    public bool IsReturns { get; } = topic.StartsWith(InternalTopics.Returns(string.Empty), StringComparison.Ordinal);

    /// <summary>Whether the settings hold only for what has been released.</summary>
    public bool IsKept => InternalTopics.IsInternal(Topic) && !IsReturns;

    /// <summary>Whether the last attempt to trim it failed.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether to trim it, as it has this many entries now.</summary>
    public bool IsDue(long length, long now) => length > 0 && now >= _leftAloneUntil && (length != _length || now >= _due);

    /// <summary>Leaves it alone until a time.</summary>
    public void Defer(long until) => _leftAloneUntil = until;

    /// <summary>Notes what the last look has left.</summary>
    public void Note(TrimResult result, TimeSpan? age, long now)
    {
        var pause = long.MaxValue;
        if (age is { } limit && !IsReturns && result.Length > 0)
        {
            pause = Math.Clamp((long)limit.TotalMilliseconds / AgeExactness, 1, MaxPause);
        }

        if (result.IsHeld)
        {
            pause = Math.Min(pause, HeldPause);
        }

        _length = result.HasMore ? Unknown : result.Length;
        _due = pause == long.MaxValue ? pause : now + pause;
    }
}
