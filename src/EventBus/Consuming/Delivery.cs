using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>
/// An event on its way through a subscription, from its receipt to its settlement, over all attempts. The dispatcher reuses the
/// objects; <see cref="Lease"/> tells an <see cref="EventContext"/> that its attempt is over.
/// </summary>
internal sealed class Delivery
{
    private readonly Subscription _subscription;
    private ReceivedChunk _chunk = null!;
    private int _index;
    private object? _event;
    private volatile bool _isRunning;
    private int _seenLease = -1;
    private long _seenAt;

    public Delivery(Subscription subscription)
    {
        _subscription = subscription;
        Services = subscription.Services;
    }

    public string Subscription => _subscription.Name;

    public ref ReceivedEvent Received => ref _chunk.Events[_index];

    public Route Route { get; private set; } = null!;

    public PartitionState Partition { get; private set; } = null!;

    /// <summary>Grows when an attempt ends.</summary>
    public int Lease { get; private set; }

    public int Attempt { get; private set; }

    /// <summary>Why the attempt failed; null while it has not.</summary>
    public Exception? Failure { get; set; }

    public IServiceProvider Services { get; set; }

    /// <summary>The batch that the delivery is handled in, with the others; null outside of one.</summary>
    public BatchRun? Batch { get; set; }

    /// <summary>The lane that the delivery holds while it runs or is retried; null where nothing can wait behind it.</summary>
    public KeyLane? Lane { get; set; }

    /// <summary>What is left to do of an idempotent run whose store did not answer; null for a delivery that begins anew.</summary>
    public UnfinishedRun? Unfinished { get; set; }

    /// <summary>The next in whichever queue the delivery stands: ready, behind its key, or unused. It stands in one at a time.</summary>
    public Delivery? Next { get; set; }

    public Position Position => new(Received.Assignment.Topic, Received.Assignment.Partition, Received.Offset);

    /// <summary>The event itself; decoded at the first use, so that what cannot be decoded fails like any other attempt.</summary>
    public object Event => _event ??= Route.Reader.Decode(Received.Envelope);

    public void Begin(ReceivedChunk chunk, int index, Route route, PartitionState partition)
    {
        _chunk = chunk;
        _index = index;
        Route = route;
        Partition = partition;
        Attempt = Received.PreviousAttempts;
    }

    public void BeginAttempt()
    {
        Attempt++;
        _isRunning = true;
        Failure = null;
    }

    /// <summary>Makes the attempt that has ended uncounted.</summary>
    public void TakeBackAttempt() => Attempt--;

    /// <summary>Ends an attempt: its context is not to be used any more.</summary>
    public void EndAttempt()
    {
        _isRunning = false;
        Lease++;
        Batch = null;
        Services = _subscription.Services;
    }

    /// <summary>When the attempt that is running was seen running first; null where none is. For one watcher at a time.</summary>
    /// <param name="now">The timestamp of this look.</param>
    public long? RunningSince(long now)
    {
        if (!_isRunning)
        {
            return null;
        }

        if (_seenLease != Lease)
        {
            (_seenLease, _seenAt) = (Lease, now);
        }

        return _seenAt;
    }

    /// <summary>Makes the object ready for another event, and lets go of this one.</summary>
    /// <returns>The chunk that the event was in.</returns>
    public ReceivedChunk Clear()
    {
        Received = default;
        Failure = null;
        Lane = null;
        Unfinished = null;
        _event = null;
        return _chunk;
    }
}
