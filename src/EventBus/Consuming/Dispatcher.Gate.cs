using System.Threading.RateLimiting;
using EventBus.RateLimiting;

namespace EventBus.Consuming;

/// <summary>Holding back and going on, as the subscription's gate, its circuit breaker and its rate limit say.</summary>
internal sealed partial class Dispatcher
{
    private readonly PermitQueue? _permits;
    private TaskCompletionSource? _quiet;

    // A probe is read when nothing is there that could be one, but for the event that opened the circuit last.
    private bool MayRead => _gate.Mode switch
    {
        GateMode.Held => false,
        GateMode.Probing => _subscription.Circuit!.WantsProbe
            && (_ready.Count == 0 || (_ready.Count == 1 && _subscription.Circuit.FailedLast(_ready.First!.Position))),
        _ => true,
    };

    private bool MayStart => _gate.Mode switch
    {
        GateMode.Held => false,
        GateMode.Probing => _subscription.Circuit!.WantsProbe,
        _ => true,
    };

    // Whether deliveries may be started without a look at each.
    private bool MayRun => _gate.Mode == GateMode.Free && _permits is null;

    /// <summary>Called by the gate after it has changed.</summary>
    public void OnGateChanged()
    {
        lock (_lock)
        {
            if (_gate.Mode != GateMode.Held)
            {
                SignalQuiet(evenIfRunning: true);
            }

            ScatterBatchesIfProbing();

            SignalRoom();
        }

        StartWorkers(atLeast: 1);
    }

    /// <summary>Completes when no handler is running while the gate is held, or when it is not held any more.</summary>
    public Task WhenQuietAsync()
    {
        lock (_lock)
        {
            if (_running == 0 || _gate.Mode != GateMode.Held)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _quiet.Task;
        }
    }

    private void SignalQuiet(bool evenIfRunning = false)
    {
        if (_quiet is not null && (_running == 0 || evenIfRunning))
        {
            _quiet.TrySetResult();
            _quiet = null;
        }
    }

    /// <summary>Puts what has come due among the ready ones: in front, but behind the others while those have to try the circuit.</summary>
    private void Requeue(Delivery delivery)
    {
        if (_subscription.Circuit is { State: not Diagnostics.BreakerState.Closed })
        {
            _ready.Enqueue(delivery);
        }
        else
        {
            _ready.Push(delivery);
        }
    }

    /// <summary>
    /// Puts the event that opened the circuit last behind the others, so that it does not keep open a circuit which they would close.
    /// Its key's later events wait for it all the same. Alone, it waits a moment for another to be read, and stays the first.
    /// </summary>
    private bool StepsAside(Delivery delivery)
    {
        if (_gate.Mode != GateMode.Probing || !_subscription.Circuit!.FailedLast(delivery.Position))
        {
            return false;
        }

        if (_ready.Count == 0)
        {
            var until = _subscription.Circuit.OthersFirstUntil;
            if (Taken >= _subscription.Options.MaxInFlight || _retries.IsDue(until))
            {
                return false;
            }

            _retries.WakeAt(until);
            _ready.Push(delivery);
            return true;
        }

        if (delivery.Lane is null && LaneKey(delivery) is { } key)
        {
            var lane = Claim(delivery.Partition, key, out var isNew);
            if (!isNew)
            {
                WaitIn(lane, delivery);
                return true;
            }

            delivery.Lane = lane;
        }

        _ready.Enqueue(delivery);
        return true;
    }

    /// <summary>Gets a delivery the permit of its attempt, or puts it back in front.</summary>
    private bool TryGetPermit(Delivery delivery)
    {
        if (_permits is null || (delivery.Permit = _permits.TryTake()) is not null)
        {
            return true;
        }

        _ready.Push(delivery);
        return false;
    }

    // Whoever waits has no permit: the one that it waits for may need it.
    private void GiveBackPermit(Delivery delivery)
    {
        if (delivery.Permit is { } permit)
        {
            delivery.Permit = null;
            _permits!.GiveBack(permit);
        }
    }

    /// <summary>Makes a delivery the probe where one is wanted; where nothing else may start and it cannot be, puts it back in front.</summary>
    private bool TryProbe(Delivery delivery)
    {
        var mode = _gate.Mode;
        if (mode == GateMode.Free
            || (mode != GateMode.Held && _subscription.Circuit!.TryBeginProbe(delivery))
            || mode == GateMode.Diverting)
        {
            return true;
        }

        GiveBackPermit(delivery);
        _ready.Push(delivery);
        return false;
    }

    /// <summary>Makes single events of the batches that were being collected: the first of a key is ready, the others wait behind it.</summary>
    private void ScatterBatchesIfProbing()
    {
        if (_gate.Mode != GateMode.Probing)
        {
            return;
        }

        foreach (var delivery in _batches.SelectMany(static queue => queue.Take()).Reverse())
        {
            GiveBackPermit(delivery);
            if (delivery.Lane is { } lane)
            {
                lane.Collecting = null;
                if (lane.Holders > 1)
                {
                    lane.Holders--;
                    delivery.Lane = null;
                    lane.PutBack(delivery);
                    continue;
                }
            }

            _ready.Push(delivery);
        }
    }

    private void OnPermit(RateLimitLease permit)
    {
        lock (_lock)
        {
            _permits!.Grant(permit);
        }

        StartWorkers(atLeast: 1);
    }

    // Other subscriptions may wait for the permits of what has been collected for a batch.
    private void DisposePermits()
    {
        if (_permits is null)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var delivery in _batches.SelectMany(static queue => queue.Take()))
            {
                GiveBackPermit(delivery);
            }

            _permits.Dispose();
        }
    }
}
