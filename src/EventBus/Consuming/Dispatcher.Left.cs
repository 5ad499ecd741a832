using EventBus.Diagnostics;
using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// Events behind a key that is being retried. A key that fails for long must not take all the room of what may be in flight: of its later events only
/// their places are kept, and they are fetched again, by their offsets, when their turn comes. So the reading goes on for the other keys.
/// </summary>
/// <remarks>
/// Invariant: in a lane, what waits in memory comes before what was left on the transport. An event that was left is unsettled all the while, so the
/// transport keeps it, and whoever gets the partition next gets it too.
/// </remarks>
internal sealed partial class Dispatcher
{
    // Some 40 bytes each. Beyond these the subscription reads no more.
    private const int MostLeft = 100_000;
    private const int FetchSize = 32;
    private int _left;

    private bool IsTight => Taken > _subscription.Options.MaxInFlight / 2;

    private void WaitIn(KeyLane lane, Delivery delivery)
    {
        if (lane.HasLeft || (lane.IsRetrying && IsTight))
        {
            lane.Leave(Leave(delivery));
            SignalRoom();
        }
        else
        {
            lane.Wait(delivery);
        }
    }

    // What came to wait before it was known that the key fails takes room too.
    private void LeaveWaiting(KeyLane lane)
    {
        if (!lane.IsEmpty && IsTight)
        {
            List<LeftEvent> left = [];
            while (lane.Take() is { } waiting)
            {
                left.Add(Leave(waiting));
            }

            lane.LeaveFirst(left);
            SignalRoom();
        }
    }

    private LeftEvent Leave(Delivery delivery)
    {
        ref var received = ref delivery.Received;
        var left = new LeftEvent(received.Offset, delivery.Attempt, delivery.History?.FirstFailure);
        _left++;
        Free(delivery);
        return left;
    }

    private void ForgetLeft(KeyLane lane)
    {
        _left -= lane.Left.Count;
        lane.Fetched(lane.Left.Count);
    }

    private void StartFetching(KeyLane lane, PartitionState partition)
    {
        if (_subscription.Activity is { } activity)
        {
            activity.Begin();
            _ = activity.RunAsync(() => FetchAsync(lane, partition));
        }
        else
        {
            _ = FetchAsync(lane, partition);
        }
    }

    // The lane is held meanwhile, by nobody but this. Whatever fails, the events stay where they are, and it is tried again.
    private async Task FetchAsync(KeyLane lane, PartitionState partition)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        LeftEvent[] wanted;
        CancellationToken closed;
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            wanted = [.. lane.Left.Take(FetchSize)];
            closed = _closed.Token;
        }

        for (var failures = 0; ; )
        {
            try
            {
                var found = await FetchAsync(partition.Assignment, wanted, closed).ConfigureAwait(false);
                if (Return(lane, partition, wanted, found))
                {
                    StartWorkers(atLeast: 1);
                }

                return;
            }
            catch (Exception exception) when (!closed.IsCancellationRequested && !partition.Revoking)
            {
                var pause = RetryPause.After(++failures);
                _subscription.Log.FetchFailed(exception, _subscription.Name, partition.Assignment.Topic, pause);
                var resting = Task.Delay(pause, _subscription.Time, closed);
                _subscription.Activity?.Rest(resting);
                await resting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // Whoever gets the partition next has them.
                return;
            }
        }
    }

    private async Task<Dictionary<Offset, Envelope>> FetchAsync(
        PartitionAssignment assignment, LeftEvent[] wanted, CancellationToken closed)
    {
        var found = new Dictionary<Offset, Envelope>(wanted.Length);
        var offsets = wanted.Select(static left => left.Offset).ToHashSet();
        var from = SeekTarget.At(new Position(assignment.Topic, assignment.Partition, wanted[0].Offset));
        await foreach (var entry in _transport.ReadAsync(assignment.Topic, from, follow: false, closed).ConfigureAwait(false))
        {
            if (offsets.Contains(entry.Position.Offset))
            {
                found[entry.Position.Offset] = entry.Envelope;
            }

            if (entry.Position.Offset.CompareTo(wanted[^1].Offset) >= 0)
            {
                break;
            }
        }

        return found;
    }

    private bool Return(KeyLane lane, PartitionState partition, LeftEvent[] wanted, Dictionary<Offset, Envelope> found)
    {
        lock (_lock)
        {
            if (_stopping || partition.Revoking)
            {
                ForgetLeft(lane);
                return false;
            }

            lane.Fetched(wanted.Length);
            _left -= wanted.Length;
            var chunk = new ReceivedChunk();
            foreach (var left in wanted)
            {
                // Retention has taken what is not there: there is nothing to handle, nor to wait for.
                if (!found.TryGetValue(left.Offset, out var envelope) || _subscription.Routes.Find(envelope.Metadata) is not { } route)
                {
                    _consumer.Settle(partition.Assignment, left.Offset);
                    continue;
                }

                chunk.Events[chunk.Used] = new ReceivedEvent(partition.Assignment, left.Offset, envelope, left.PreviousAttempts)
                {
                    FirstFailure = left.FirstFailure,
                };
                var delivery = _unused.Dequeue() ?? MakeDelivery();
                delivery.Begin(chunk, chunk.Used++, route, partition);
                if (partition.IsReturning)
                {
                    delivery.Unwrap();
                }

                chunk.Live++;
                _inFlight++;
                lane.Wait(delivery);
            }

            if (!TryPassOn(lane, partition))
            {
                partition.Lanes.Remove(lane.Key);
                _freeLanes.Push(lane);
            }

            SignalRoom();
            return true;
        }
    }
}
