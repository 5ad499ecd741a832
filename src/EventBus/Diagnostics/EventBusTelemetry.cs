namespace EventBus.Diagnostics;

/// <summary>
/// The names of the bus's traces and metrics, for the application that collects them. What they mean stands in docs/telemetry.md; those that
/// begin with <c>messaging.</c> are OpenTelemetry's.
/// </summary>
/// <seealso href="https://opentelemetry.io/docs/specs/semconv/messaging/"/>
public static class EventBusTelemetry
{
    /// <summary>The activity source of all spans.</summary>
    public const string ActivitySourceName = "EventBus";

    /// <summary>The meter of all instruments.</summary>
    public const string MeterName = "EventBus";

    /// <summary>Counter, in <c>{message}</c>: events that were sent, or that could not be.</summary>
    public const string SentMessages = "messaging.client.sent.messages";

    /// <summary>Counter, in <c>{message}</c>: events that the transport handed out to a subscription.</summary>
    public const string ConsumedMessages = "messaging.client.consumed.messages";

    /// <summary>Histogram, in <c>s</c>: how long sending took.</summary>
    public const string OperationDuration = "messaging.client.operation.duration";

    /// <summary>Histogram, in <c>s</c>: how long an attempt at handling an event took.</summary>
    public const string ProcessDuration = "messaging.process.duration";

    /// <summary>Up-down counter, in <c>{event}</c>: received and not settled.</summary>
    public const string InFlight = "eventbus.subscription.in_flight";

    /// <summary>Up-down counter, in <c>{event}</c>: received and not with a handler.</summary>
    public const string QueueDepth = "eventbus.subscription.queue_depth";

    /// <summary>Gauge, in <c>{event}</c>: what the group has yet to settle in a topic.</summary>
    public const string Lag = "eventbus.subscription.lag";

    /// <summary>Gauge, in <c>s</c>: how long the oldest event has been stored that the group has yet to settle in a topic.</summary>
    public const string OldestAge = "eventbus.subscription.oldest_age";

    /// <summary>Counter, in <c>{event}</c>: failed attempts after which the event is tried again.</summary>
    public const string Retries = "eventbus.subscription.retries";

    /// <summary>Counter, in <c>{event}</c>: events that became dead letters.</summary>
    public const string DeadLetters = "eventbus.subscription.dead_letters";

    /// <summary>Gauge, in <c>s</c>: how long the oldest dead letter has been one.</summary>
    public const string OldestDeadLetterAge = "eventbus.subscription.dead_letters.oldest_age";

    /// <summary>Up-down counter, in <c>{key}</c>: keys that have a dead letter in whose order later events are parked.</summary>
    public const string ParkedKeys = "eventbus.subscription.parked_keys";

    /// <summary>Up-down counter, in <c>{event}</c>: which keys those are, and how many events are parked.</summary>
    public const string ParkedEvents = "eventbus.subscription.parked_events";

    /// <summary>Gauge: the circuit breaker's state, 0 closed, 1 half-open, 2 open.</summary>
    public const string BreakerState = "eventbus.subscription.breaker_state";

    /// <summary>Gauge: 1 while the subscription is paused, 0 otherwise.</summary>
    public const string Paused = "eventbus.subscription.paused";

    /// <summary>Attribute: the transport's name, such as <c>eventbus</c>, <c>redis</c> or <c>kafka</c>.</summary>
    public const string SystemTag = "messaging.system";

    /// <summary>Attribute: the topic.</summary>
    public const string DestinationTag = "messaging.destination.name";

    /// <summary>Attribute: the partition's number.</summary>
    public const string PartitionTag = "messaging.destination.partition.id";

    /// <summary>Attribute: the subscription's name.</summary>
    public const string GroupTag = "messaging.consumer.group.name";

    /// <summary>Attribute: the event's id.</summary>
    public const string MessageIdTag = "messaging.message.id";

    /// <summary>Attribute: how many events a span is about.</summary>
    public const string BatchCountTag = "messaging.batch.message_count";

    /// <summary>Attribute: <c>send</c>, <c>receive</c> or <c>process</c>.</summary>
    public const string OperationNameTag = "messaging.operation.name";

    /// <summary>Attribute: the same, as one of OpenTelemetry's kinds of operations.</summary>
    public const string OperationTypeTag = "messaging.operation.type";

    /// <summary>Attribute: the type of the exception, where there was one.</summary>
    public const string ErrorTypeTag = "error.type";

    /// <summary>Attribute: the event's contract name.</summary>
    public const string EventTypeTag = "eventbus.event.type";

    /// <summary>Attribute: the event's key.</summary>
    public const string KeyTag = "eventbus.event.key";

    /// <summary>Attribute: which attempt at the event it was, from 1.</summary>
    public const string AttemptTag = "eventbus.attempt";
}
