namespace EventBus.Transports.InMemory;

/// <summary>A partition in the hands of a member: where it reads, and what it has handed out.</summary>
/// <remarks>
/// <see cref="_lock"/> makes reading and ending exclude each other: once the assignment has stopped or ended, nothing more is handed
/// out, and the records that it read may be reused. Settling does not take it: a settlement that arrives while the
/// assignment ends counts or is ignored, and either is true to what the handler did.
/// </remarks>
internal sealed class InMemoryAssignment : PartitionAssignment, ILogFollower
{
    private const int FewEvents = 64;

    // In the runtime's units of some 30 ns.
    private const int ShortSpin = 10;
    private const int LongSpin = 120;
    private static readonly bool SeveralCores = Environment.ProcessorCount > 1;

    private readonly Lock _lock = new();
    private readonly SettlementTracker _tracker;

    // Events below may have been settled in an earlier assignment, out of order; they are not handed out again.
    private readonly long _skipBelow;
    private EventMetadata? _lastMetadata;
    private bool _wantsLast;
    private bool _keepsUp;
    private LogRecord[]? _segment;
    private long _next;
    private bool _handedOut;
    private bool _isPaused;

    // Whether it was left out of the member's round because it was paused, so that going on has to put it back.
    private bool _isLeftOut;
    private bool _stopped;

    // How many events are being settled together with what was published for them, and whether the assignment waits for them to end.
    private int _holds;
    private bool _isEnding;
    private volatile bool _ended;

    public InMemoryAssignment(GroupCursor cursor, InMemoryConsumer member, long epoch)
        : base(cursor.Log.Topic, cursor.Log.Number, epoch)
    {
        Cursor = cursor;
        Member = member;
        _tracker = cursor.Tracker!;
        _skipBelow = _tracker.LastSettledBound;
        _next = _tracker.Watermark;
        Types = member.Request.Types;
        if (Types is not null)
        {
            cursor.Log.AddSelective(this);
        }
    }

    public GroupCursor Cursor { get; }

    public InMemoryConsumer Member { get; }

    public ILogFollower? NextParked { get; set; }

    /// <summary>The types that the member handles; null where it takes every event.</summary>
    public IReadOnlySet<string>? Types { get; }

    /// <summary>Whether this waits for an event of its types. Guarded by the log's lock.</summary>
    public bool IsParked { get; set; }

    private PartitionLog Log => Cursor.Log;

    /// <summary>Copies the next events.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="isAlone">Whether the member has no other partition to read meanwhile.</param>
    /// <param name="isLive">False when the assignment hands out nothing any more.</param>
    public int Read(Span<ReceivedEvent> buffer, bool isAlone, out bool isLive)
    {
        lock (_lock)
        {
            isLive = !_stopped;
            if (_stopped || _isPaused)
            {
                return 0;
            }

            var tail = _keepsUp && isAlone ? TailOfAGrowingLog() : Log.Tail;
            _keepsUp = SeveralCores && tail > _next;
            if (_next < _skipBelow)
            {
                SkipSettled(ref tail);
            }

            var count = 0;
            while (count < buffer.Length && _next < tail)
            {
                count += CopyRun(buffer[count..], tail);
            }

            Cursor.Failures.Apply(buffer[..count]);
            return count;
        }
    }

    // A reader that keeps up with a publisher would take events one by one, at a batch's price each, and the two cores would pass the
    // log's lines to and fro for each. So while the log grows, it lets some more come, for a few microseconds at most. An event
    // that comes alone is not held up: it wakes a reader that was parked, and that has not been keeping up.
    private long TailOfAGrowingLog()
    {
        var tail = Log.Tail;
        if (tail - _next < FewEvents)
        {
            var seen = tail;
            Thread.SpinWait(ShortSpin);
            tail = Log.Tail;
            if (tail != seen && tail - _next < FewEvents)
            {
                Thread.SpinWait(LongSpin);
                tail = Log.Tail;
            }
        }

        return tail;
    }

    /// <summary>Waits for the log to grow.</summary>
    /// <returns>False where there is something to read.</returns>
    public bool Park()
    {
        lock (_lock)
        {
            _isLeftOut = _isPaused;
            return _stopped || _isPaused || Log.Park(this, _next);
        }
    }

    /// <summary>Hands out nothing until further notice.</summary>
    public void Pause(bool isPaused)
    {
        bool wake;
        lock (_lock)
        {
            _isPaused = isPaused;
            wake = !isPaused && _isLeftOut;
            _isLeftOut &= isPaused;
        }

        if (wake)
        {
            Wake();
        }
    }

    public void NoteFailure(long offset, int attempts, DateTimeOffset firstFailure)
    {
        if (!_ended)
        {
            Cursor.Failures.Add(offset, attempts, firstFailure);
        }
    }

    public void Wake() => Member.Ready(this);

    /// <summary>
    /// Keeps the assignment from ending until <see cref="LetGo"/>, so that a settlement that counts now still counts when what was
    /// published for the event is stored.
    /// </summary>
    /// <returns>False where it has ended: nothing that was done under it counts any more.</returns>
    public bool TryHold()
    {
        lock (_lock)
        {
            _holds += _ended ? 0 : 1;
            return !_ended;
        }
    }

    /// <summary>Takes back one <see cref="TryHold"/>.</summary>
    /// <returns>Whether it was the last one that the assignment's end had to wait for, so that the partition is to be released now.</returns>
    public bool LetGo()
    {
        lock (_lock)
        {
            return --_holds == 0 && _isEnding;
        }
    }

    public void Settle(long offset)
    {
        if (_ended || offset >= Volatile.Read(ref _next))
        {
            return;
        }

        Cursor.Failures.Remove(offset);
        if (_tracker.Settle(offset))
        {
            Progressed();
        }
    }

    /// <summary>
    /// Called under the log's lock: moves a group that waits, with nothing unsettled, past events that are none of its types. Had one been,
    /// it would not wait any more.
    /// </summary>
    public void SkipTo(long tail)
    {
        if (IsParked && _next < tail && _tracker.Watermark >= _next)
        {
            _tracker.SettleRange(_next, tail);
            Volatile.Write(ref _next, tail);
            _segment = null;
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

    /// <summary>Ends the assignment, unless something holds it: settlements are ignored from now on.</summary>
    /// <returns>False where it is held. It hands out nothing more, and <see cref="LetGo"/> tells when it can end.</returns>
    public bool TryEnd()
    {
        lock (_lock)
        {
            Stop();
            if (_holds > 0)
            {
                _isEnding = true;
                return false;
            }

            _ended = true;
        }

        Log.Unpark(this);
        return true;
    }

    // With nothing unsettled, a group that takes some types only may be further than its watermark says: as far as any offset.
    private void Progressed()
    {
        var watermark = _tracker.Watermark;
        Log.Progressed(Types is not null && watermark >= Volatile.Read(ref _next) ? long.MaxValue - 1 : watermark);
    }

    private bool Wants(EventMetadata metadata)
    {
        if (!ReferenceEquals(metadata, _lastMetadata))
        {
            _lastMetadata = metadata;
            _wantsLast = Types!.Contains(metadata.Type);
        }

        return _wantsLast;
    }

    // Up to the end of a segment at most: the next one has to be looked up.
    private int CopyRun(Span<ReceivedEvent> buffer, long tail)
    {
        var index = (int)_next & SegmentList.Mask;
        if (index == 0 || _segment is null)
        {
            _segment = Log.SegmentHolding(_next);
        }

        var records = _segment.AsSpan(index, (int)Math.Min(SegmentList.Size - index, tail - _next));
        return Types is null ? CopyAll(records, buffer) : CopyWanted(records, buffer);
    }

    private int CopyAll(ReadOnlySpan<LogRecord> records, Span<ReceivedEvent> buffer)
    {
        var (count, next) = (Math.Min(records.Length, buffer.Length), _next);
        records = records[..count];
        for (var i = 0; i < records.Length; i++)
        {
            buffer[i] = new ReceivedEvent(this, new Offset((ulong)(next + i)), records[i].Envelope);
        }

        _handedOut = true;
        Volatile.Write(ref _next, next + count);
        return count;
    }

    // What lies between the events that are wanted is settled in passing. The watermark never gets past the record at hand by it, so
    // that the segment stays.
    private int CopyWanted(ReadOnlySpan<LogRecord> records, Span<ReceivedEvent> buffer)
    {
        var (count, next, settled, moved) = (0, _next, _next, false);
        foreach (ref readonly var record in records)
        {
            if (Wants(record.Envelope.Metadata))
            {
                if (count == buffer.Length)
                {
                    break;
                }

                moved |= settled < next && _tracker.SettleRange(settled, next);
                buffer[count++] = new ReceivedEvent(this, new Offset((ulong)next), record.Envelope);
                settled = next + 1;
            }

            next++;
        }

        moved |= settled < next && _tracker.SettleRange(settled, next);
        _handedOut |= count > 0;
        Volatile.Write(ref _next, next);
        if (moved)
        {
            Progressed();
        }

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
