using EventBus.Consuming;
using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>Where a subscription's runner is, as the runner tells it. Safe to ask from any thread.</summary>
internal sealed class SubscriptionStatus(string group, TimeProvider time)
{
    // A transport that is away may take a consumer and fail its first receipt: contact counts as made when it has lasted so long.
    private static readonly TimeSpan Contact = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private long _opened;
    private long? _awaySince;
    private long _lastPoll;
    private volatile Dispatcher? _dispatcher;

    public SubscriptionState State { get; private set; }

    /// <summary>What the transport tells of the group's lag; null where it cannot, or the subscription has not started.</summary>
    public Asked<IReadOnlyList<PartitionLag>>? Lag { get; private set; }

    /// <summary>What holds the events of the open consumer; null before the first.</summary>
    public Dispatcher? Dispatcher
    {
        get => _dispatcher;
        set => _dispatcher = value;
    }

    /// <summary>How long ago events were received last; null where none have been.</summary>
    public TimeSpan? SinceLastPoll => Interlocked.Read(ref _lastPoll) is not 0 and var last ? time.GetElapsedTime(last) : null;

    /// <summary>How long the subscription has waited for events: since the last ones, or since its consumer was opened.</summary>
    public TimeSpan Waiting
    {
        get
        {
            lock (_lock)
            {
                return time.GetElapsedTime(Math.Max(_opened, _lastPoll));
            }
        }
    }

    /// <summary>How long the transport has been away; null while there is contact.</summary>
    public TimeSpan? Away
    {
        get
        {
            lock (_lock)
            {
                return _awaySince is { } since && !HasContact() ? time.GetElapsedTime(since) : null;
            }
        }
    }

    /// <summary>A consumer was opened.</summary>
    public void Opened(IEventTransport transport)
    {
        lock (_lock)
        {
            Lag ??= transport is ILagTransport lag
                ? new Asked<IReadOnlyList<PartitionLag>>(cancellationToken => lag.GetLagAsync(group, cancellationToken), time)
                : null;
            State = SubscriptionState.Running;
            _opened = time.GetTimestamp();
        }
    }

    /// <summary>Events were received.</summary>
    public void Received()
    {
        Interlocked.Exchange(ref _lastPoll, time.GetTimestamp());
        if (_awaySince is not null)
        {
            lock (_lock)
            {
                _awaySince = null;
            }
        }
    }

    /// <summary>Opening or receiving failed.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            _awaySince = _awaySince is null || HasContact() ? time.GetTimestamp() : _awaySince;
            State = SubscriptionState.Reconnecting;
        }
    }

    public void Stopped()
    {
        lock (_lock)
        {
            State = SubscriptionState.Stopped;
            _awaySince = null;
        }
    }

    private bool HasContact() => State == SubscriptionState.Running && time.GetElapsedTime(_opened) >= Contact;
}
