using System.Diagnostics;
using EventBus.Consuming;
using EventBus.Transports;

namespace EventBus.Diagnostics;

/// <summary>
/// What a subscription tells of itself, to the instruments and to the health check. Safe to call from any thread; costs next to nothing
/// while nobody listens.
/// </summary>
internal sealed class SubscriptionMetrics(string name, BusMeter meter, TimeProvider time)
{
    private volatile int _breaker = -1;
    private volatile bool _isPaused;

    public string Name { get; } = name;

    /// <summary>The transport's name.</summary>
    public string System { get; private set; } = string.Empty;

    public SubscriptionStatus Status { get; } = new(name, time);

    /// <summary>The circuit breaker's state; null where there is none.</summary>
    public BreakerState? Breaker
    {
        get => _breaker < 0 ? null : (BreakerState)_breaker;
        set => _breaker = value is { } state ? (int)state : -1;
    }

    /// <summary>Whether nothing is handled because somebody said so, or the circuit breaker.</summary>
    public bool IsPaused
    {
        get => _isPaused;
        set => _isPaused = value;
    }

    /// <summary>Tells the keys that have a dead letter in whose order others wait, and how many do; null where none ever wait.</summary>
    public Func<IEnumerable<KeyValuePair<string, int>>>? Parked { get; set; }

    /// <summary>Tells when the oldest dead letter that is still there became one; null where the subscription keeps none.</summary>
    public Asked<DateTimeOffset?>? OldestDeadLetter { get; set; }

    /// <summary>Whether anybody wants to know how long an attempt takes.</summary>
    public bool WantsProcessing => meter.ProcessDuration.Enabled;

    /// <summary>A consumer was opened, for the first time or again.</summary>
    public void Opened(IEventTransport transport)
    {
        System = transport.Name;
        Status.Opened(transport);
        meter.Add(this);
    }

    /// <summary>The subscription has left its group.</summary>
    public void Stopped() => Status.Stopped();

    /// <summary>The time at which a receipt begins; 0 where nobody wants to know.</summary>
    public long ReceiveStarts() => Spans.AreWanted ? time.GetTimestamp() : 0;

    /// <summary>Events were handed out.</summary>
    /// <param name="received">The events.</param>
    /// <param name="started">What <see cref="ReceiveStarts"/> said.</param>
    public void Received(ReadOnlySpan<ReceivedEvent> received, long started)
    {
        Status.Received();
        if (started != 0 && !received.IsEmpty)
        {
            Spans.StartReceive(System, Name, received, time.GetUtcNow() - time.GetElapsedTime(started))?.Dispose();
        }

        if (meter.Consumed.Enabled)
        {
            Count(received);
        }
    }

    /// <summary>An attempt has ended.</summary>
    /// <param name="delivery">The event.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">Why it failed; null where it did not.</param>
    public void Processed(Delivery delivery, TimeSpan duration, Exception? failure)
    {
        if (!meter.ProcessDuration.Enabled)
        {
            return;
        }

        var tags = Tags(Operations.Process);
        tags.Add(EventBusTelemetry.DestinationTag, delivery.Received.Assignment.Topic);
        tags.Add(EventBusTelemetry.EventTypeTag, delivery.Received.Envelope.Type);
        if (failure is not null)
        {
            tags.Add(EventBusTelemetry.ErrorTypeTag, failure.GetType().FullName);
        }

        meter.ProcessDuration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>An attempt has failed, and the event will be tried again.</summary>
    public void Retried(string eventType, Exception failure) => meter.Retries.Add(1, Failure(eventType, failure));

    /// <summary>An event became a dead letter.</summary>
    public void DeadLettered(string eventType, Exception cause) => meter.DeadLetters.Add(1, Failure(eventType, cause));

    private void Count(ReadOnlySpan<ReceivedEvent> received)
    {
        for (var i = 0; i < received.Length;)
        {
            var (topic, start) = (received[i].Assignment.Topic, i);
            while (i < received.Length && string.Equals(received[i].Assignment.Topic, topic, StringComparison.Ordinal))
            {
                i++;
            }

            var tags = Tags(Operations.Receive);
            tags.Add(EventBusTelemetry.DestinationTag, topic);
            meter.Consumed.Add(i - start, tags);
        }
    }

    private TagList Tags(string operation) => new()
    {
        { EventBusTelemetry.SystemTag, System },
        { EventBusTelemetry.OperationNameTag, operation },
        { EventBusTelemetry.GroupTag, Name },
    };

    private TagList Failure(string eventType, Exception failure) => new()
    {
        { EventBusTelemetry.SystemTag, System },
        { EventBusTelemetry.GroupTag, Name },
        { EventBusTelemetry.EventTypeTag, eventType },
        { EventBusTelemetry.ErrorTypeTag, failure.GetType().FullName },
    };
}
