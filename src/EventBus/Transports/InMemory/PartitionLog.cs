using System.Diagnostics;

namespace EventBus.Transports.InMemory;

/// <summary>
/// One partition: the log of its events, the groups that hold it back, and the publishers that wait for room in it.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="_lock"/> guards everything here. Order of locks: the broker's, the wait graph's, an assignment's, this one,
/// a tracker's. Nothing foreign is called under it; who is to be woken is collected and woken outside.
/// </para>
/// <para>
/// Invariants: start ≤ watermark of each live group ≤ tail. Records in [start, tail) do not change. So an assignment, which reads from its
/// group's watermark on, may read records up to a tail that it has seen without the lock: its own unsettled events keep them.
/// It must have the lock to look up a segment, and must not read once it has ended.
/// </para>
/// </remarks>
internal sealed partial class PartitionLog
{
    private readonly Lock _lock = new();
    private readonly BrokerSettings _settings;
    private readonly SegmentList _segments;
    private StoreClock _clock;

    // The groups with a member that reads this partition; replaced as a whole, so that it can be read without the lock.
    private GroupCursor[] _live = [];
    private LogRecord[]? _current;
    private long _start;

    // The bus's own topics keep what has not been settled, or is still needed, whether their group has a member or not, and hold no publisher
    // back: an operator may redrive to a group that does not run. This is from where on, while there is no member.
    private readonly bool _keepsUnsettled;
    private long _neededFrom;
    private PaddedLong _tail;

    public PartitionLog(string topic, int number, BrokerSettings settings)
    {
        Topic = topic;
        Number = number;
        _settings = settings;
        _segments = new SegmentList(settings.Segments);
        _clock = new StoreClock(settings.Time);
        _keepsUnsettled = InternalTopics.IsInternal(topic);
        _trimsOften = settings.RetainedBytes is not null || settings.RetainedTicks is not null;
    }

    public string Topic { get; }

    public int Number { get; }

    /// <summary>One past the last event. What stands below may be read when this has been.</summary>
    public long Tail => Volatile.Read(ref _tail.Value);

    /// <summary>The groups that hold publishers back here.</summary>
    public IReadOnlyList<GroupCursor> Live => Volatile.Read(ref _live);

    public Position PositionOf(long offset) => new(Topic, Number, new Offset((ulong)offset));

    public LogRecord[] SegmentHolding(long offset)
    {
        lock (_lock)
        {
            return _segments.Holding(offset);
        }
    }

    /// <summary>Lets a group hold back publishers and retention from here on, from its position or what retention left of it.</summary>
    public void AddLive(GroupCursor cursor)
    {
        lock (_lock)
        {
            Trim();
            cursor.Tracker!.SettleRange(cursor.Tracker.Watermark, _start);
            Volatile.Write(ref _live, [.. _live, cursor]);
        }

        LimitChanged();
    }

    public void RemoveLive(GroupCursor cursor)
    {
        lock (_lock)
        {
            _neededFrom = LowestWatermark();
            Volatile.Write(ref _live, Array.FindAll(_live, other => other != cursor));
        }

        LimitChanged();
    }

    /// <summary>Tells, of a topic of the bus's own, that nothing before an offset is needed any more.</summary>
    public void ReleaseBefore(long offset)
    {
        lock (_lock)
        {
            _neededFrom = Math.Clamp(offset, _neededFrom, _tail.Value);
        }
    }

    /// <summary>Gives a group a position, or moves it.</summary>
    public void Place(GroupCursor cursor, SeekTarget target)
    {
        lock (_lock)
        {
            Trim();
            cursor.Tracker = new SettlementTracker(Find(target));
        }

        LimitChanged();
    }

    /// <summary>
    /// The lowest event that a live group has not settled; the tail where there is no such group. A group that waits for an event of its
    /// types has nothing to do with those that came meanwhile: it is moved past them here, when it matters, and not for each.
    /// </summary>
    private long Floor()
    {
        foreach (var cursor in _live)
        {
            cursor.Reader?.SkipTo(_tail.Value);
        }

        return LowestWatermark();
    }

    private long LowestWatermark()
    {
        var lowest = _keepsUnsettled && _live.Length == 0 ? _neededFrom : _tail.Value;
        foreach (var cursor in _live)
        {
            lowest = Math.Min(lowest, cursor.Tracker!.Watermark);
        }

        return lowest;
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_lock.IsHeldByCurrentThread, "The log's state is looked at under its lock.");
        Debug.Assert(_start <= LowestWatermark(), "Retention passed an event that a live group has not settled.");
        Debug.Assert(_start <= _tail.Value, "The log ends before it starts.");
        foreach (var cursor in _live)
        {
            Debug.Assert(cursor.Tracker!.Watermark <= _tail.Value, "A group has settled what is not there.");
        }

        Debug.Assert((_waiting.Count > 0) == (_limit == long.MinValue), "Nobody overtakes publishers that wait.");
        Debug.Assert((_waiting.Count == 0) == (_wakeAt.Value == long.MaxValue), "Settling looks after publishers if and only if some wait.");
    }
}
