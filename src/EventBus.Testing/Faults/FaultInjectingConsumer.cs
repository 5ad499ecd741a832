using EventBus.Transports;

namespace EventBus.Testing.Faults;

/// <summary>
/// A consumer with the faults of a plan in front of it. Once its connection is lost it stays so, as a member that was thrown out does:
/// nothing that is settled through it counts any more, whether the broker is back or not.
/// </summary>
internal sealed class FaultInjectingConsumer(
    ITransportConsumer inner, string group, FaultPlan plan, TimeProvider time, CancellationToken lost) : ITransportConsumer
{
    public async ValueTask<int> ReceiveAsync(Memory<ReceivedEvent> buffer, CancellationToken cancellationToken)
    {
        var faults = plan.Next($"receive {group}");
        if (faults.Cut is { } length)
        {
            plan.Note(faults, FaultKind.Cut);
            plan.Connection.CutFor(length, time);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
        try
        {
            if (faults.Delay is { } delay)
            {
                plan.Note(faults, FaultKind.Delay);
                await Task.Delay(delay, time, either.Token).ConfigureAwait(false);
            }

            if (faults.ReceiveError)
            {
                plan.Note(faults, FaultKind.ReceiveError);
                throw new EventBusException($"Receiving for '{group}' failed: the fault plan says so.");
            }

            var count = await inner.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);

            // What came together with the cut was not handed out: it is unsettled, and comes again.
            if (lost.IsCancellationRequested)
            {
                throw Connection.Away();
            }

            if (faults.ReorderingSeed is { } seed && Shuffle.AcrossKeys(buffer.Span[..count], new Random(seed)))
            {
                plan.Note(faults, FaultKind.Reordering);
            }

            return count;
        }
        catch (OperationCanceledException exception) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Connection.Away(exception);
        }
    }

    public void Settle(PartitionAssignment assignment, Offset offset)
    {
        if (!lost.IsCancellationRequested)
        {
            inner.Settle(assignment, offset);
        }
    }

    public void NoteFailure(PartitionAssignment assignment, Offset offset, int attempts, DateTimeOffset firstFailure)
    {
        if (!lost.IsCancellationRequested)
        {
            inner.NoteFailure(assignment, offset, attempts, firstFailure);
        }
    }

    public bool TryPause(PartitionAssignment assignment, bool isPaused) => inner.TryPause(assignment, isPaused);

    public void Release(PartitionAssignment assignment) => inner.Release(assignment);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
