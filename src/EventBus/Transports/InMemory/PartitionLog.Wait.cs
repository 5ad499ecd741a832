namespace EventBus.Transports.InMemory;

/// <content>
/// Publishers that wait for room stand in a queue. Whoever makes room appends for them, in their order, and then lets them go on.
/// </content>
internal sealed partial class PartitionLog
{
    // Waking a publisher costs more than handling an event. So room is handed out when a quarter of the capacity is free, or some
    // milliseconds after it appeared: a group that is slow, or waits for something itself, does not hold room back.
    private const int RoomDivisor = 4;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(1);

    private readonly LinkedList<PendingAppend> _waiting = new();
    private ITimer? _timer;
    private bool _timerRuns;

    // The watermark at which settling looks after the publishers. Written under the lock, then a fence, then the watermarks are read;
    // settling moves the watermark, a fence, then reads this: one of the two sees the other.
    private PaddedLong _wakeAt = new(long.MaxValue);

    /// <summary>Waits until the rest of a publisher's events has been appended.</summary>
    public async Task AppendWaitingAsync(PendingAppend pending, CancellationToken closing, CancellationToken cancellationToken)
    {
        _settings.WaitGraph.Enqueue(pending);
        try
        {
            using var cancelled = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingAppend)state!).Cancel(token), pending);
            using var closed = closing.UnsafeRegister(static state => ((PendingAppend)state!).Close(), pending);
            await pending.Task.ConfigureAwait(false);
        }
        finally
        {
            _settings.WaitGraph.Remove(pending);
        }
    }

    /// <summary>Puts a publisher behind those that wait, unless there is room for all of its events.</summary>
    public void Enqueue(PendingAppend pending)
    {
        ILogFollower? woken;
        PendingAppend? done = null;
        lock (_lock)
        {
            _waiting.AddLast(pending.Node);
            if (_waiting.Count == 1)
            {
                HandOut(ref done);
            }

            woken = TakeWoken();
            AssertInvariants();
        }

        Complete(done, woken);
    }

    /// <summary>Appends a waiting publisher's events although there is no room.</summary>
    public void Admit(PendingAppend pending)
    {
        ILogFollower? woken;
        PendingAppend? done = null;
        lock (_lock)
        {
            if (pending.Node.List is null)
            {
                return;
            }

            while (!pending.IsDone)
            {
                StoreNext(pending);
            }

            Finish(pending, ref done);
            HandOut(ref done);
            woken = TakeWoken();
            AssertInvariants();
        }

        Complete(done, woken);
    }

    /// <summary>Takes a publisher that gave up out of the queue.</summary>
    /// <returns>False where its events have all been appended.</returns>
    public bool Withdraw(PendingAppend pending)
    {
        lock (_lock)
        {
            if (pending.Node.List is null)
            {
                return false;
            }

            _waiting.Remove(pending.Node);
        }

        LimitChanged();
        return true;
    }

    /// <summary>Called when a watermark has moved.</summary>
    public void Progressed(long watermark)
    {
        if (watermark >= Volatile.Read(ref _wakeAt.Value))
        {
            MakeRoom();
        }
    }

    private void MakeRoom()
    {
        ILogFollower? woken;
        PendingAppend? done = null;
        lock (_lock)
        {
            var enough = Math.Max(1, _settings.Capacity / RoomDivisor);
            var room = Limit() - _tail.Value;
            if (_waiting.Count == 0 || room <= 0 || (room < enough && !LookAgainAt(enough)))
            {
                return;
            }

            HandOut(ref done);
            woken = TakeWoken();
            AssertInvariants();
        }

        Complete(done, woken);
    }

    private bool LookAgainAt(int room)
    {
        if (!_timerRuns)
        {
            _timerRuns = true;
            _timer ??= NewTimer();
            _timer.Change(LongestHold, Timeout.InfiniteTimeSpan);
        }

        return !WakeWithRoom(room);
    }

    /// <summary>Lets settling look after the publishers when there is so much room.</summary>
    /// <returns>False where there is by now.</returns>
    private bool WakeWithRoom(int room)
    {
        Volatile.Write(ref _wakeAt.Value, _tail.Value - _settings.Capacity + room);
        Interlocked.MemoryBarrier();
        return Limit() - _tail.Value < room;
    }

    // The system's clock and no other: the wait is part of how threads are woken, not of the application's time. Without the context
    // of the handler that happens to settle now, which the timer would keep.
    private ITimer NewTimer()
    {
        using var noFlow = ExecutionContext.SuppressFlow();
        return TimeProvider.System.CreateTimer(
            static state => ((PartitionLog)state!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void TimerFired()
    {
        lock (_lock)
        {
            _timerRuns = false;
        }

        LimitChanged();
    }

    private void LimitChanged()
    {
        ILogFollower? woken;
        PendingAppend? done = null;
        lock (_lock)
        {
            HandOut(ref done);
            woken = TakeWoken();
            AssertInvariants();
        }

        Complete(done, woken);
    }

    // The limit is read again after _wakeAt.Value has been set, for a watermark that moved in between has not looked after us.
    private void HandOut(ref PendingAppend? done)
    {
        do
        {
            var limit = Limit();
            while (_waiting.First?.Value is { } pending && _tail.Value < limit)
            {
                StoreNext(pending);
                if (pending.IsDone)
                {
                    Finish(pending, ref done);
                }
            }

            if (_waiting.Count == 0)
            {
                _limit = limit;
                _wakeAt.Value = long.MaxValue;
                return;
            }

            _limit = long.MinValue;
        }
        while (!WakeWithRoom(1));
    }

    private void StoreNext(PendingAppend pending)
    {
        pending.Position = PositionOf(_tail.Value);
        Store(in pending.Envelope, _clock.Now());
        pending.MoveNext();
    }

    private void Finish(PendingAppend pending, ref PendingAppend? done)
    {
        _waiting.Remove(pending.Node);
        pending.NextDone = done;
        done = pending;
    }

    private static void Complete(PendingAppend? done, ILogFollower? woken)
    {
        Wake(woken);
        for (; done is not null; done = done.NextDone)
        {
            done.TrySetResult();
        }
    }
}
