using EventBus.Pipeline;

namespace EventBus.Consuming;

/// <summary>Collecting deliveries for batch handlers. A batch counts as one against the concurrency.</summary>
internal sealed partial class Dispatcher
{
    private BatchQueue QueueOf(BatchHandlerInvoker invoker)
    {
        foreach (var queue in _batches)
        {
            if (queue.Invoker == invoker)
            {
                return queue;
            }
        }

        var added = new BatchQueue(invoker);
        _batches.Add(added);
        return added;
    }

    private void Collect(BatchQueue queue, Delivery delivery)
    {
        if (queue.IsEmpty)
        {
            queue.Due = _retries.TimestampIn(queue.Invoker.Limits.MaxWait);
        }

        if (delivery.Lane is { } lane)
        {
            lane.Collecting = queue;
        }

        queue.Add(delivery);
    }

    private Delivery? TakeDueBatch()
    {
        foreach (var queue in _batches)
        {
            if (queue.IsEmpty)
            {
                continue;
            }

            if (!_retries.IsDue(queue.Due))
            {
                _retries.WakeAt(queue.Due);
            }
            else if (TakeBatch(queue) is { } head)
            {
                return head;
            }
        }

        return null;
    }

    /// <summary>Starts a batch; its first delivery stands for it. Null when everything in it has been revoked meanwhile.</summary>
    private Delivery? TakeBatch(BatchQueue queue)
    {
        var taken = queue.Take();
        foreach (var delivery in taken)
        {
            if (delivery.Lane is { } lane)
            {
                lane.Collecting = null;
            }
        }

        var kept = Array.FindAll(taken, static delivery => !delivery.Partition.Revoking);
        if (kept.Length < taken.Length)
        {
            foreach (var delivery in taken.Except(kept))
            {
                Drop(delivery);
            }
        }

        if (kept.Length == 0)
        {
            return null;
        }

        Array.ForEach(kept, Start);
        kept[0].Batch = new BatchRun(kept, queue.Invoker);
        return kept[0];
    }

    /// <summary>Completes the deliveries of a batch: those that succeeded, those to retry, and those held back behind a retry.</summary>
    private void CompleteBatch(IReadOnlyList<Delivery> deliveries)
    {
        var released = new List<PartitionState>();
        lock (_lock)
        {
            // From the end, so that those which are put back stand in their order in the lane.
            for (var i = deliveries.Count - 1; i >= 0; i--)
            {
                var delivery = deliveries[i];
                var partition = delivery.Partition;
                if (delivery.Failure is HeldBackException && delivery.Lane is { } lane && !_stopping && !partition.Revoking)
                {
                    partition.Running--;
                    _running--;
                    delivery.Lane = null;
                    lane.Holders--;
                    lane.PutBack(delivery);
                }
                else
                {
                    Complete(delivery);
                }

                if (TryRelease(partition))
                {
                    released.Add(partition);
                }
            }

            SignalRoom();
        }

        released.ForEach(partition => _consumer.Release(partition.Assignment));
    }
}
