using EventBus.Transactions;
using EventBus.Transports;
using EventBus.Transports.InMemory;

namespace EventBus.Testing.Running;

/// <summary>A group's consumer: knows how many of its events it has handed out that are not settled, and tells when its reader waits.</summary>
internal sealed class WatchedConsumer(
    ITransportConsumer inner, string group, Conductor conductor, InMemoryTransactions transactions) : ITransactionalConsumer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PartitionAssignment, int> _unsettled = [];
    private readonly HashSet<PartitionAssignment> _paused = [];
    private volatile Work? _closedBy;

    /// <summary>How many events have been handed out and neither settled nor given back, but for partitions that are paused.</summary>
    public int Unsettled
    {
        get
        {
            lock (_lock)
            {
                return _unsettled.Where(each => !_paused.Contains(each.Key)).Sum(static each => each.Value);
            }
        }
    }

    /// <summary>Whether nobody reads for the group any more: neither through this consumer, nor soon through another one.</summary>
    public bool IsClosedForGood => _closedBy is { } reader && !conductor.IsRunning(reader);

    public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        if (conductor.IsSeeded)
        {
            await TurnAsync(cancellationToken).ConfigureAwait(false);
        }

        var receiving = inner.ReceiveAsync(buffer, cancellationToken);
        var work = Work.Current;
        if (!receiving.IsCompleted && work is not null)
        {
            conductor.Change(() => work.ReceivesFor = group);
        }

        int count;
        try
        {
            count = await receiving.ConfigureAwait(false);
        }
        finally
        {
            if (work is not null)
            {
                conductor.Change(() => work.ReceivesFor = null);
            }
        }

        Note(buffer.Span[..count]);
        return count;
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        inner.Settle(assignment, offset);
        lock (_lock)
        {
            if (_unsettled.TryGetValue(assignment, out var count))
            {
                _unsettled[assignment] = count - 1;
            }
        }
    }

    public ValueTask CheckAsync(in OutgoingEvent outgoing, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Settle(PartitionAssignment assignment, Offset offset, IReadOnlyList<OutgoingEvent> published) =>
        transactions.Store(published, isStored =>
        {
            if (isStored)
            {
                Settle(assignment, offset);
            }
        });

    public void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure) =>
        inner.NoteFailure(assignment, offset, attempts, firstFailure);

    public bool TryPause(PartitionAssignment assignment, bool isPaused)
    {
        lock (_lock)
        {
            _ = isPaused ? _paused.Add(assignment) : _paused.Remove(assignment);
        }

        return inner.TryPause(assignment, isPaused);
    }

    /// <summary>Whether the group asked for no more events of a partition for now.</summary>
    public bool IsPaused(PartitionLag partition)
    {
        lock (_lock)
        {
            return _paused.Any(assignment => assignment.Topic == partition.Topic && assignment.Partition == partition.Partition);
        }
    }

    public void Release(PartitionAssignment assignment) => transactions.Afterwards(() => GiveBack(assignment));

    public async ValueTask DisposeAsync()
    {
        await transactions.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _unsettled.Clear();
            _paused.Clear();
        }

        _closedBy = Work.Current;
        await inner.DisposeAsync().ConfigureAwait(false);
    }

    private void GiveBack(PartitionAssignment assignment)
    {
        lock (_lock)
        {
            _unsettled.Remove(assignment);
            _paused.Remove(assignment);
        }

        inner.Release(assignment);
    }

    // Reading is a step like those of handlers: when it happens decides what is there to be handled.
    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        if (Work.Current is not { } work)
        {
            return;
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var candidate = new Candidate($"receive {group}", work, () => turn.TrySetResult(), () => conductor.Unread(group) > 0);
        conductor.Add(candidate);
        using var cancelled = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (conductor.Withdraw(candidate))
                {
                    turn.TrySetCanceled(cancellationToken);
                }
            },
            null);
        await turn.Task.ConfigureAwait(false);
    }

    private void Note(ReadOnlySpan<ReceivedEvent> received)
    {
        lock (_lock)
        {
            foreach (ref readonly var each in received)
            {
                _unsettled[each.Assignment] = _unsettled.GetValueOrDefault(each.Assignment) + 1;
            }
        }
    }
}
