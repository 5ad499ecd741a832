namespace EventBus.Transports.InMemory;

internal sealed partial class PartitionLog
{
    /// <summary>Finds where to start reading without a group. A position in another partition counts as the earliest.</summary>
    /// <param name="target">Where to start.</param>
    /// <param name="end">One past the last event that is there.</param>
    public long Find(SeekTarget target, out long end)
    {
        lock (_lock)
        {
            Trim();
            end = _tail.Value;
            return Find(target);
        }
    }

    /// <summary>Copies events for a reader without a group, which goes on at the oldest one that is left where retention passed it.</summary>
    public int Read(ref long next, long end, Span<LogEntry> buffer)
    {
        lock (_lock)
        {
            Trim();
            next = Math.Max(next, _start);
            var count = (int)Math.Clamp(Math.Min(end, _tail.Value) - next, 0, buffer.Length);
            for (var i = 0; i < count; i++, next++)
            {
                buffer[i] = new LogEntry(PositionOf(next), _segments[next].Envelope);
            }

            return count;
        }
    }

    public PartitionLag LagOf(SettlementTracker tracker)
    {
        lock (_lock)
        {
            _ = Floor();
            Trim();
            var (next, settledBehind) = tracker.Unsettled(_start);
            var count = _tail.Value - next - settledBehind;
            DateTimeOffset? oldest = count > 0 ? new DateTimeOffset(_segments[next].StoredTicks, TimeSpan.Zero) : null;
            return new PartitionLag(Topic, Number, new Offset((ulong)next), count, oldest);
        }
    }

    private long Find(SeekTarget target)
    {
        if (target.IsLatest)
        {
            return _tail.Value;
        }

        if (target.Time is { } time)
        {
            return FindStoredAt(time.UtcTicks);
        }

        if (target.Position is { } position && position.Partition == Number
            && string.Equals(position.Topic, Topic, StringComparison.Ordinal))
        {
            return (long)Math.Clamp(position.Offset.Major, (ulong)_start, (ulong)_tail.Value);
        }

        return _start;
    }

    private long FindStoredAt(long ticks)
    {
        var (low, high) = (_start, _tail.Value);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_segments[middle].StoredTicks < ticks)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
