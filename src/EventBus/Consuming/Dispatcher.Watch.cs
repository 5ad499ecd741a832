namespace EventBus.Consuming;

/// <summary>What a dispatcher has in its hands, for whoever watches it.</summary>
internal sealed partial class Dispatcher
{
    private readonly List<Delivery> _known = [];

    /// <summary>How many events have been received and are not settled.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How many of them are not with a handler. Those that a worker has taken as a run, and not come to, are not.</summary>
    public int NotRunning
    {
        get
        {
            lock (_lock)
            {
                var running = 0;
                foreach (var delivery in _known)
                {
                    running += delivery.IsRunning ? 1 : 0;
                }

                return Math.Max(0, _inFlight - running);
            }
        }
    }

    /// <summary>
    /// The timestamp at which the oldest running attempt was seen first. An attempt is timed by looking at it from time to time, which costs
    /// the attempts nothing; it is older by at most the time between two looks.
    /// </summary>
    /// <param name="now">The timestamp of this look.</param>
    public long? OldestAttempt(long now)
    {
        lock (_lock)
        {
            long? oldest = null;
            foreach (var delivery in _known)
            {
                if (delivery.RunningSince(now) is { } since && !(oldest <= since))
                {
                    oldest = since;
                }
            }

            return oldest;
        }
    }

    private Delivery MakeDelivery()
    {
        var delivery = new Delivery(_subscription);
        _known.Add(delivery);
        return delivery;
    }
}
