using EventBus.Pipeline;

namespace EventBus.Consuming;

/// <summary>What to handle next, and what follows from what has been handled.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>
    /// Completes a worker's last delivery, or batch, and gives it the next one. Null ends the worker: it is not counted any more.
    /// </summary>
    private Delivery? Next(Delivery? done)
    {
        PartitionState? released = null;
        Delivery? next;
        lock (_lock)
        {
            if (done is not null)
            {
                var partition = done.Partition;
                Complete(done);
                released = TryRelease(partition) ? partition : null;
                SignalRoom();
            }

            next = TakeReady();
            if (next is null)
            {
                _workers--;
                _permits?.ReturnUnused();
                SignalRoom();
            }
        }

        if (released is not null)
        {
            _consumer.Release(released.Assignment);
        }

        return next;
    }

    /// <summary>Takes ready deliveries for a run, as far as nothing could hold any of them back.</summary>
    /// <returns>How many <see cref="_run"/> has; 0 where the next delivery has to be taken by itself, or there is none.</returns>
    private int TakeRun()
    {
        lock (_lock)
        {
            var count = 0;
            while (!_stopping && MayRun && count < _run.Length && _ready.First is { Lane: null, Route.BatchHandler: null } first
                && first.Partition is { Revoking: false, Lanes.Count: 0 })
            {
                Start(first);
                _run[count++] = _ready.Dequeue()!;
            }

            return count;
        }
    }

    /// <summary>Completes what has been handled of a run, and puts the rest back in front of everything that is ready.</summary>
    private void CompleteRun(int handled, int taken)
    {
        List<PartitionState>? released = null;
        lock (_lock)
        {
            for (var i = taken - 1; i >= 0; i--)
            {
                var delivery = _run[i];
                var partition = delivery.Partition;
                if (i < handled)
                {
                    Complete(delivery);
                }
                else
                {
                    partition.Running--;
                    _running--;
                    _ready.Push(delivery);
                }

                if (TryRelease(partition))
                {
                    (released ??= []).Add(partition);
                }
            }

            SignalIdle();
            SignalRoom();
        }

        released?.ForEach(partition => _consumer.Release(partition.Assignment));
    }

    private Delivery? TakeReady()
    {
        if (_stopping || !MayStart)
        {
            return null;
        }

        ScatterBatchesIfProbing();
        while (_ready.Dequeue() is { } delivery)
        {
            if (delivery.Partition.Revoking)
            {
                Drop(delivery);
                continue;
            }

            if (StepsAside(delivery))
            {
                if (_ready.First == delivery)
                {
                    return null;
                }

                continue;
            }

            if (!TryGetPermit(delivery))
            {
                return null;
            }

            var batch = delivery.Route.BatchHandler is { } invoker ? QueueOf(invoker) : null;
            if (!TryHoldLane(delivery, batch))
            {
                GiveBackPermit(delivery);
                continue;
            }

            if (!TryProbe(delivery))
            {
                return null;
            }

            if (batch is null)
            {
                Start(delivery);
                return delivery;
            }

            Collect(batch, delivery);
            if ((batch.IsFull || delivery.IsProbe) && TakeBatch(batch) is { } full)
            {
                return full;
            }
        }

        return _batches.Count == 0 ? null : TakeDueBatch();
    }

    /// <summary>Holds the lane of a delivery's key for it, or makes it wait there.</summary>
    /// <returns>Whether the delivery may be handled.</returns>
    private bool TryHoldLane(Delivery delivery, BatchQueue? batch)
    {
        if (delivery.Lane is not null || LaneKey(delivery) is not { } key)
        {
            return true;
        }

        var partition = delivery.Partition;
        if (_serial && batch is null)
        {
            if (partition.Lanes.Count > 0 && partition.Lanes.TryGetValue(key, out var held))
            {
                WaitIn(held, delivery);
                return false;
            }

            return true;
        }

        var lane = Claim(partition, key, out var isNew);
        if (!isNew && (batch is null || lane.Collecting != batch))
        {
            WaitIn(lane, delivery);
            return false;
        }

        lane.Holders += isNew ? 0 : 1;
        delivery.Lane = lane;
        return true;
    }

    // With a concurrency of 1, events without a key keep the order of their partition too: they share a lane.
    private string? LaneKey(Delivery delivery) => delivery.Received.Envelope.Key ?? (_serial ? string.Empty : null);

    private void Start(Delivery delivery)
    {
        delivery.Partition.Running++;
        _running++;
    }

    private void Complete(Delivery delivery)
    {
        var failure = delivery.Failure;
        delivery.Partition.Running--;
        _running--;
        if (failure is null)
        {
            LeaveLane(delivery);
            Free(delivery);
        }
        else if (_stopping || delivery.Partition.Revoking)
        {
            Drop(delivery);
        }
        else
        {
            HoldForRetry(delivery);
        }

        SignalIdle();
    }

    private void SignalIdle()
    {
        if (_running == 0 && _stopping)
        {
            _idle?.TrySetResult();
        }

        SignalQuiet();
    }

    private void LeaveLane(Delivery delivery)
    {
        if (delivery.Lane is not { } lane || --lane.Holders > 0)
        {
            return;
        }

        lane.IsRetrying = false;
        if (!TryPassOn(lane, delivery.Partition))
        {
            delivery.Partition.Lanes.Remove(lane.Key);
            _freeLanes.Push(lane);
        }
    }

    /// <summary>Gives a lane that nobody holds any more to the next delivery of its key, or to whoever fetches it.</summary>
    /// <returns>Whether there is one.</returns>
    private bool TryPassOn(KeyLane lane, PartitionState partition)
    {
        if (lane.Take() is { } next)
        {
            lane.Holders = 1;
            next.Lane = lane;
            _ready.Enqueue(next);
            return true;
        }

        if (lane.HasLeft)
        {
            lane.Holders = 1;
            StartFetching(lane, partition);
            return true;
        }

        return false;
    }

    private void HoldForRetry(Delivery delivery)
    {
        if (delivery.Lane is null && LaneKey(delivery) is { } key)
        {
            delivery.Lane = Claim(delivery.Partition, key, out _);
        }

        if (delivery.Lane is { } lane)
        {
            lane.IsRetrying = true;
            LeaveWaiting(lane);
        }

        _retries.Add(delivery, delivery.RetryIn);
    }

    // The timer's call: what is due becomes ready, in front, and workers are started for it and for the batches that are due.
    private void OnDue()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            while (_retries.TakeDue() is { } delivery)
            {
                EndDeferral(delivery);
                Requeue(delivery);
            }

            SignalRoom();
        }

        StartWorkers(atLeast: 1);
        ResumeReturns();
    }
}
