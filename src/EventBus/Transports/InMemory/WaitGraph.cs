namespace EventBus.Transports.InMemory;

/// <summary>
/// Which groups wait for which, because their handlers wait for room in a partition that others hold back. An append whose wait
/// would close a circle is let in beyond the capacity: every group in the circle would wait for ever.
/// </summary>
/// <remarks>
/// Only appends that have to wait come here. A group counts as waiting as soon as one of its handlers does; that lets in an append too
/// many now and then, and never one too few. <see cref="_lock"/> is taken before any log's, so that of two appends that
/// close a circle together the second one sees the first.
/// </remarks>
internal sealed class WaitGraph
{
    private readonly Lock _lock = new();
    private readonly List<PendingAppend> _waiting = [];

    public void Enqueue(PendingAppend pending)
    {
        if (pending.Group is null)
        {
            pending.Log.Enqueue(pending);
            return;
        }

        lock (_lock)
        {
            _waiting.Add(pending);
            pending.Log.Enqueue(pending);
            AdmitIfCircular(pending);
        }
    }

    public void Remove(PendingAppend pending)
    {
        if (pending.Group is not null)
        {
            lock (_lock)
            {
                _waiting.Remove(pending);
            }
        }
    }

    /// <summary>Looks again after groups have joined, for a new one may close a circle.</summary>
    public void Recheck()
    {
        lock (_lock)
        {
            foreach (var pending in _waiting)
            {
                AdmitIfCircular(pending);
            }
        }
    }

    private void AdmitIfCircular(PendingAppend pending)
    {
        if (!pending.Task.IsCompleted && Reaches(pending.Log, pending.Group!))
        {
            pending.Log.Admit(pending);
        }
    }

    private bool Reaches(PartitionLog log, string group)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var logs = new Stack<PartitionLog>();
        logs.Push(log);
        while (logs.TryPop(out var next))
        {
            foreach (var cursor in next.Live)
            {
                if (string.Equals(cursor.Group, group, StringComparison.Ordinal))
                {
                    return true;
                }

                if (seen.Add(cursor.Group))
                {
                    PushWaits(cursor.Group, logs);
                }
            }
        }

        return false;
    }

    private void PushWaits(string group, Stack<PartitionLog> logs)
    {
        foreach (var pending in _waiting)
        {
            if (string.Equals(pending.Group, group, StringComparison.Ordinal) && !pending.Task.IsCompleted)
            {
                logs.Push(pending.Log);
            }
        }
    }
}
