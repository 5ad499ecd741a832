namespace EventBus.Kafka.Publishing;

/// <summary>The calls that wait for room, in their order. They are handed over one after the other, by one thread of the pool at a time.</summary>
internal sealed class WaitingLine : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingCall> _calls = new();
    private int _count;
    private Work _work;
    private volatile PublishFailure? _closed;

    private enum Work
    {
        None,
        Runs,
        RunsAndMore,
    }

    /// <summary>Whether nobody waits. A call that is being handed over still waits, so that none overtakes it.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Has a call wait behind all others.</summary>
    public void Add(PendingCall call)
    {
        lock (_lock)
        {
            Interlocked.Increment(ref _count);
            _calls.Enqueue(call);
        }

        // There may be room since the call found none, and nothing on its way whose report would tell so.
        Wake();
    }

    /// <summary>Hands over those that wait, on another thread, as far as there is room.</summary>
    public void Wake()
    {
        if (!IsEmpty && Interlocked.Exchange(ref _work, Work.RunsAndMore) == Work.None)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Ends all that wait, and from now on all that come.</summary>
    public void Close(PublishFailure failure)
    {
        _closed = failure;
        Wake();
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            Interlocked.Exchange(ref _work, Work.Runs);
            HandOver();
        }
        while (Interlocked.CompareExchange(ref _work, Work.None, Work.Runs) != Work.Runs);
    }

    private void HandOver()
    {
        while (true)
        {
            PendingCall? call;
            lock (_lock)
            {
                if (!_calls.TryPeek(out call))
                {
                    return;
                }
            }

            if (_closed is { } closed)
            {
                call.GiveUp(closed);
            }
            else if (call.IsOverdue)
            {
                call.GiveUp(call.Publisher.NoRoom());
            }
            else if (!call.TryHandOver())
            {
                return;
            }

            lock (_lock)
            {
                _calls.Dequeue();
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
