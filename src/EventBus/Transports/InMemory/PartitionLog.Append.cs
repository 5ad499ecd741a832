namespace EventBus.Transports.InMemory;

internal sealed partial class PartitionLog
{
    // The lowest offset that may not be appended as far as is known; looked up again only when it is reached, so that an append does
    // not pay for the number of groups. The least number while publishers wait: nobody overtakes them.
    private long _limit = long.MaxValue;

    public bool TryAppend(in Envelope envelope, out long offset)
    {
        ILogFollower? woken;
        lock (_lock)
        {
            offset = _tail.Value;
            if (offset >= _limit && !FindRoom())
            {
                return false;
            }

            Store(in envelope, _clock.Stamp(in envelope));
            woken = TakeWoken();
            AssertInvariants();
        }

        Wake(woken);
        return true;
    }

    /// <summary>Appends as many as there is room for.</summary>
    /// <returns>How many of the first were appended.</returns>
    public int TryAppend(ReadOnlySpan<Envelope> envelopes, Span<Position> positions)
    {
        var count = 0;
        ILogFollower? woken;
        lock (_lock)
        {
            for (; count < envelopes.Length && (_tail.Value < _limit || FindRoom()); count++)
            {
                positions[count] = PositionOf(_tail.Value);
                Store(in envelopes[count], _clock.Stamp(in envelopes[count]));
            }

            woken = TakeWoken();
            AssertInvariants();
        }

        Wake(woken);
        return count;
    }

    private void Store(in Envelope envelope, long storedTicks)
    {
        var index = (int)_tail.Value & SegmentList.Mask;
        if (index == 0)
        {
            Trim();
            _current = _segments.Add(_tail.Value);
        }

        ref var record = ref _current![index];
        record.Envelope = envelope;
        record.StoredTicks = storedTicks;

        // After the record: whoever sees the new tail may read below it without the lock.
        Volatile.Write(ref _tail.Value, _tail.Value + 1);
        TakeParked(envelope.Metadata);
        if (_trimsOften)
        {
            TrimAfter(in record);
        }
    }

    private bool FindRoom()
    {
        if (_waiting.Count > 0)
        {
            return false;
        }

        _limit = Limit();
        return _tail.Value < _limit;
    }

    private long Limit() => _live.Length == 0 || _keepsUnsettled ? long.MaxValue : Floor() + _settings.Capacity;
}
