using System.Runtime.InteropServices;
using EventBus.RateLimiting;
using EventBus.Transactions;
using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// Takes what a consumer received, hands it to at most <c>Concurrency</c> workers so that events of a key are never handled at once
/// and never out of order, and settles what is done. One dispatcher serves one consumer, from its opening to its end.
/// </summary>
/// <remarks>
/// <para>
/// A delivery is always in exactly one place: ready, waiting in the lane of its key, waiting for its retry, collected for a batch,
/// or with a worker. Its lane, if it has one, is held from the moment that it leaves the ready queue until it is settled.
/// </para>
/// <para>
/// With a concurrency of 1 the order of the ready queue is the order of the partition already, so that a lane is needed only once
/// an event has failed: the way of an event that succeeds touches no dictionary.
/// </para>
/// </remarks>
internal sealed partial class Dispatcher : IDisposable
{
    private const int RunLength = 32;
    private readonly Lock _lock = new();
    private readonly Subscription _subscription;
    private readonly IEventTransport _transport;
    private readonly ITransportConsumer _consumer;
    private readonly ITransactionalConsumer? _transactional;
    private readonly CancellationTokenSource _closed = new();
    private readonly SubscriptionGate _gate;
    private readonly CancellationToken _handlerToken;
    private readonly DueQueue _retries;
    private readonly List<BatchQueue> _batches = [];
    private readonly bool _serial;
    private readonly Delivery[] _run;
    private readonly Stack<ReceivedChunk> _freeChunks = new();
    private readonly Stack<KeyLane> _freeLanes = new();
    private ReceivedChunk? _chunk;
    private DeliveryQueue _ready;
    private DeliveryQueue _unused;
    private int _inFlight;
    private int _running;
    private int _workers;
    private volatile bool _stopping;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;

    /// <param name="subscription">What to do with events.</param>
    /// <param name="transport">Where events are fetched again that were left there.</param>
    /// <param name="consumer">Where settlements go.</param>
    /// <param name="gate">Says whether anything may be read and started.</param>
    /// <param name="handlerToken">The subscription's stop token, which handlers get.</param>
    public Dispatcher(
        Subscription subscription, IEventTransport transport, ITransportConsumer consumer, SubscriptionGate gate,
        CancellationToken handlerToken)
    {
        _subscription = subscription;
        _transport = transport;
        _consumer = consumer;
        _transactional = subscription.Options.ExactlyOnce ? (ITransactionalConsumer)consumer : null;
        _gate = gate;
        _handlerToken = handlerToken;
        _serial = subscription.Options.Concurrency == 1;
        _run = new Delivery[_serial ? RunLength : 0];
        _retries = new DueQueue(subscription.Time, OnDue);
        _permits = subscription.RateLimiter is { } limiter ? new PermitQueue(subscription, limiter, OnPermit) : null;
    }

    /// <summary>Where to receive the next events: at least one, and no more than may be in flight. For one reader.</summary>
    public Memory<ReceivedEvent> ReceiveBuffer()
    {
        lock (_lock)
        {
            if (_chunk is { Live: 0 })
            {
                _chunk.Used = 0;
            }
            else if (_chunk is not { Used: < ReceivedChunk.Length })
            {
                _chunk = _freeChunks.TryPop(out var free) ? free : new ReceivedChunk();
            }

            var room = _gate.Mode == GateMode.Probing ? 1 : Math.Max(1, _subscription.Options.MaxInFlight - Taken);
            return _chunk.Events.AsMemory(_chunk.Used, Math.Min(room, ReceivedChunk.Length - _chunk.Used));
        }
    }

    /// <summary>Completes when there is room and the gate lets read, or at the stop.</summary>
    public Task WhenRoomAsync()
    {
        lock (_lock)
        {
            if (HasRoom || _stopping)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>
    /// Takes the first so many events of the receive buffer; those that the subscription has no handler for are settled on the spot.
    /// </summary>
    public void Accept(int count)
    {
        var chunk = _chunk!;
        PartitionState? partition = null;
        foreach (ref readonly var received in chunk.Events.AsSpan(chunk.Used, count))
        {
            // Outside of the lock: a partition that is being revoked already calls back at once.
            if (!ReferenceEquals(partition?.Assignment, received.Assignment))
            {
                partition = StateOf(received.Assignment);
            }
        }

        lock (_lock)
        {
            for (var end = chunk.Used + count; chunk.Used < end; chunk.Used++)
            {
                ref var received = ref chunk.Events[chunk.Used];
                if (!ReferenceEquals(partition!.Assignment, received.Assignment))
                {
                    partition = (PartitionState)received.Assignment.RunnerState!;
                }

                if (_subscription.Routes.Find(received.Envelope.Metadata) is not { } route)
                {
                    _consumer.Settle(received.Assignment, received.Offset);
                    received = default;
                    continue;
                }

                var delivery = _unused.Dequeue() ?? MakeDelivery();
                delivery.Begin(chunk, chunk.Used, route, partition);
                chunk.Live++;
                _inFlight++;
                if (!partition.IsReturning || !TryDefer(delivery))
                {
                    _ready.Enqueue(delivery);
                }
            }
        }

        PauseReturns();
    }

    /// <summary>Starts nothing more, and completes when no handler is running.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            _stopping = true;
            _room?.TrySetResult();
            if (_running == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
        _retries.Dispose();
        DisposePermits();
    }

    private bool HasRoom => Taken < _subscription.Options.MaxInFlight && _left < MostLeft && MayRead;

    private PartitionState StateOf(PartitionAssignment assignment)
    {
        if (assignment.RunnerState is PartitionState known)
        {
            return known;
        }

        var state = new PartitionState(assignment);
        assignment.RunnerState = state;
        assignment.Revoking.Register(() => OnRevoking(state));
        return state;
    }

    // Nothing of the partition is started from here on; it is released as soon as nothing of it is running.
    private void OnRevoking(PartitionState partition)
    {
        bool release;
        lock (_lock)
        {
            partition.Revoking = true;
            foreach (var delivery in _retries.TakeAll(partition))
            {
                EndDeferral(delivery);
                Drop(delivery);
            }

            SignalRoom();
            release = TryRelease(partition);
        }

        if (release)
        {
            _consumer.Release(partition.Assignment);
        }
    }

    private static bool TryRelease(PartitionState partition)
    {
        if (!partition.Revoking || partition.Running > 0 || partition.Released)
        {
            return false;
        }

        return partition.Released = true;
    }

    /// <summary>Lets go of a delivery of a revoked partition, and of what waits behind it, unsettled.</summary>
    private void Drop(Delivery delivery)
    {
        if (delivery.Lane is { } lane)
        {
            ForgetLeft(lane);
            while (lane.Take() is { } waiting)
            {
                Free(waiting);
            }
        }

        Free(delivery);
    }

    private void Free(Delivery delivery)
    {
        var chunk = delivery.Clear();
        _unused.Push(delivery);
        _inFlight--;
        if (--chunk.Live == 0 && chunk != _chunk)
        {
            chunk.Used = 0;
            _freeChunks.Push(chunk);
        }
    }

    // A waiting reader is woken when half of the room is free, which spares it a wake-up for each event; or when nothing is left
    // that could free more.
    private void SignalRoom()
    {
        if (_room is not null && HasRoom
            && (Taken <= _subscription.Options.MaxInFlight / 2 || _ready.Count == 0 || _gate.Mode == GateMode.Probing))
        {
            // At the stop it may be complete already.
            _room.TrySetResult();
            _room = null;
        }
    }

    private KeyLane Claim(PartitionState partition, string key, out bool isNew)
    {
        ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(partition.Lanes, key, out var exists);
        isNew = !exists;
        if (lane is null)
        {
            lane = _freeLanes.TryPop(out var free) ? free : new KeyLane();
            lane.Key = key;
            lane.Holders = 1;
        }

        return lane;
    }
}
