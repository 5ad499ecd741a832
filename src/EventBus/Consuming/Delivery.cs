using System.Threading.RateLimiting;
using EventBus.Idempotency;
using EventBus.Pipeline;
using EventBus.Retry;
using EventBus.Transactions;
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

    /// <summary>What is known of earlier failures; null for an event that has had none.</summary>
    public FailureHistory? History { get; set; }

    /// <summary>How long a failed delivery waits for its next attempt.</summary>
    public TimeSpan RetryIn { get; set; }

    /// <summary>What is settled about the delivery and could not be written down yet.</summary>
    public Verdict Verdict { get; set; }

    /// <summary>How often in a row the transport was away when something about the delivery was to be stored.</summary>
    public int Outages { get; set; }

    /// <summary>Whether the event was not handled but stored elsewhere, to come back.</summary>
    public bool IsSetAside { get; set; }

    /// <summary>Whether the delivery waits, outside of its key's order, until it is due.</summary>
    public bool IsDeferred { get; set; }

    /// <summary>The handler that failed, where several handle the event; null for that of the route.</summary>
    public string? FailedHandler { get; set; }

    public string HandlerName => FailedHandler ?? Route.HandlerName;

    /// <summary>Whether the attempt came as far as the handlers, and no step before them had dealt with the event.</summary>
    public bool ReachedHandler { get; set; }

    public IServiceProvider Services { get; set; }

    /// <summary>What this attempt has published, where that is stored with the event's settlement.</summary>
    public Outbox? Outbox { get; set; }

    /// <summary>The batch that the delivery is handled in, with the others; null outside of one.</summary>
    public BatchRun? Batch { get; set; }

    /// <summary>Whether this attempt is to show if the circuit can be closed.</summary>
    public bool IsProbe { get; set; }

    /// <summary>The permit of this attempt, where the subscription has a rate limit.</summary>
    public RateLimitLease? Permit { get; set; }

    /// <summary>The lane that the delivery holds while it runs or is retried; null where nothing can wait behind it.</summary>
    public KeyLane? Lane { get; set; }

    /// <summary>What is left to do of an idempotent run whose store did not answer; null for a delivery that begins anew.</summary>
    public UnfinishedRun? Unfinished { get; set; }

    /// <summary>The next in whichever queue the delivery stands: ready, behind its key, or unused. It stands in one at a time.</summary>
    public Delivery? Next { get; set; }

    /// <summary>Where the event was published: of one that has come back, not where it stands now.</summary>
    public Position Position => History?.Origin ?? new(Received.Assignment.Topic, Received.Assignment.Partition, Received.Offset);

    /// <summary>The event itself; decoded at the first use, so that what cannot be decoded fails like any other attempt.</summary>
    /// <exception cref="UndecodableException">It cannot be decoded.</exception>
    public object Event => _event ??= Decode();

    public void Begin(ReceivedChunk chunk, int index, Route route, PartitionState partition)
    {
        _chunk = chunk;
        _index = index;
        Route = route;
        Partition = partition;
        Attempt = Received.PreviousAttempts;
        if (Received.FirstFailure is { } firstFailure)
        {
            History = new FailureHistory { FirstFailure = firstFailure };
        }
    }

    /// <summary>Takes off what an event of the group's own topic carries for the bus.</summary>
    /// <returns>When it is due; null for at once.</returns>
    public DateTimeOffset? Unwrap()
    {
        var returning = ReturningEvent.Read(Received.Envelope);
        Received = Received with { Envelope = returning.Envelope };
        Attempt = returning.Attempts;
        History = returning.History;
        return returning.Due;
    }

    public void BeginAttempt()
    {
        Attempt++;
        _isRunning = true;
        ReachedHandler = false;
        if (Verdict is not Verdict.GivenUp)
        {
            Failure = null;
        }
    }

    /// <summary>Makes the attempt that has ended uncounted.</summary>
    public void TakeBackAttempt() => Attempt--;

    /// <summary>Ends an attempt: its context is not to be used any more.</summary>
    public void EndAttempt()
    {
        _isRunning = false;
        Lease++;
        Outbox = null;
        LeaveGate();
        Batch = null;
        Services = _subscription.Services;
    }

    /// <summary>Whether an attempt has begun and not ended.</summary>
    public bool IsRunning => _isRunning;

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
        LeaveGate();
        Received = default;
        Failure = null;
        Lane = null;
        Unfinished = null;
        _event = null;
        if (History is not null || Outages > 0 || IsSetAside)
        {
            ClearFailures();
        }

        return _chunk;
    }

    private void ClearFailures()
    {
        History = null;
        Verdict = Verdict.None;
        Outages = 0;
        IsSetAside = false;
        FailedHandler = null;
    }

    private object Decode()
    {
        try
        {
            return Route.Reader.Decode(Received.Envelope);
        }
        catch (Exception exception)
        {
            throw new UndecodableException(Route.Definition.Name, exception);
        }
    }

    private void LeaveGate()
    {
        if (IsProbe)
        {
            _subscription.Circuit!.EndProbe(this);
        }

        if (Permit is not null)
        {
            Permit.Dispose();
            Permit = null;
        }
    }
}
