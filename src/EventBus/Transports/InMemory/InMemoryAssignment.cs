namespace EventBus.Transports.InMemory;

/// <summary>A partition in the hands of a member: where it reads, and what it has handed out.</summary>
/// <remarks>
/// <see cref="_lock"/> makes reading and ending exclude each other: once the assignment has stopped or ended, nothing more is handed
/// out, and the records that it read may be reused. Settling does not take it: a settlement that arrives while the
/// assignment ends counts or is ignored, and either is true to what the handler did.
/// </remarks>
internal sealed class InMemoryAssignment : PartitionAssignment, ILogFollower
{
    private readonly Lock _lock = new();
    private readonly SettlementTracker _tracker;

    // Events below may have been settled in an earlier assignment, out of order; they are not handed out again.
    private readonly long _skipBelow;
    private LogRecord[]? _segment;
    private long _next;
    private bool _handedOut;
    private bool _stopped;
    private volatile bool _ended;

    public InMemoryAssignment(GroupCursor cursor, InMemoryConsumer member, long epoch)
        : base(cursor.Log.Topic, cursor.Log.Number, epoch)
    {
        Cursor = cursor;
        Member = member;
        _tracker = cursor.Tracker!;
        _skipBelow = _tracker.LastSettledBound;
        _next = _tracker.Watermark;
    }

    public GroupCursor Cursor { get; }

    public InMemoryConsumer Member { get; }

    public ILogFollower? NextParked { get; set; }

    private PartitionLog Log => Cursor.Log;

    /// <summary>Copies the next events.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="isLive">False when the assignment hands out nothing any more.</param>
    public int Read(Span<ReceivedEvent> buffer, out bool isLive)
    {
        lock (_lock)
        {
            isLive = !_stopped;
            if (_stopped)
            {
                return 0;
            }

            var tail = Log.Tail;
            if (_next < _skipBelow)
            {
                SkipSettled(ref tail);
            }

            var count = 0;
            while (count < buffer.Length && _next < tail)
            {
                count += CopyRun(buffer[count..], tail);
            }

            return count;
        }
    }

    /// <summary>Waits for the log to grow.</summary>
    /// <returns>False where there is something to read.</returns>
    public bool Park()
    {
        lock (_lock)
        {
            return _stopped || Log.Park(this, _next);
        }
    }

    public void Wake() => Member.Ready(this);

    public void Settle(long offset)
    {
        if (_ended || offset >= Volatile.Read(ref _next))
        {
            return;
        }

        if (_tracker.Settle(offset))
        {
            Log.Progressed(_tracker.Watermark);
        }
    }

    /// <summary>Hands out nothing more.</summary>
    /// <returns>Whether anything has been handed out, so that the member has to release the partition.</returns>
    public bool Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            _segment = null;
            return _handedOut;
        }
    }

    /// <summary>Ends the assignment: settlements are ignored from now on.</summary>
    public void End()
    {
        Stop();
        _ended = true;
        Log.Unpark(this);
    }

    // Up to the end of a segment at most: the next one has to be looked up.
    private int CopyRun(Span<ReceivedEvent> buffer, long tail)
    {
        var index = (int)_next & SegmentList.Mask;
        if (index == 0 || _segment is null)
        {
            _segment = Log.SegmentHolding(_next);
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, SegmentList.Size - index), tail - _next);
        var records = _segment.AsSpan(index, count);
        for (var i = 0; i < records.Length; i++)
        {
            buffer[i] = new ReceivedEvent(this, new Offset((ulong)(_next + i)), records[i].Envelope);
        }

        _handedOut = true;
        Volatile.Write(ref _next, _next + count);
        return count;
    }

    // Gives as the end of what can be copied the next event that is settled. The watermark may have passed the segment at hand, which
    // then is not to be touched any more, so it is looked up again.
    private void SkipSettled(ref long tail)
    {
        while (_next < tail && _tracker.IsSettled(_next))
        {
            _next++;
            _segment = null;
        }

        for (var offset = _next + 1; offset < Math.Min(tail, _skipBelow); offset++)
        {
            if (_tracker.IsSettled(offset))
            {
                tail = offset;
            }
        }
    }
}
