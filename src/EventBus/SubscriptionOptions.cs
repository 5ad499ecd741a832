using EventBus.Retry;

namespace EventBus;

/// <summary>Settings of one subscription, bound from <c>EventBus:Subscriptions:NAME</c>, which wins over code.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>
    /// How many events the subscription handles at once in this process. Events of one key are never handled at once. With 1,
    /// events are handled in the order of their partition; while one waits for its next attempt, other keys go on.
    /// </summary>
    /// <value>From 1 to 100,000. The default is 1.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>How many events may have been received and not yet settled; reading pauses at that number.</summary>
    /// <value>From 1 to 1,000,000. The default is 1,024.</value>
    public int MaxInFlight { get; set; } = 1_024;

    /// <summary>
    /// How many attempts are started in a second on this instance, evenly: after a pause no more than a tenth of a second's come at once.
    /// Events wait; none is dropped or fails by it.
    /// </summary>
    /// <value>More than 0; less than 1 is possible. The default is null: no limit.</value>
    public double? MaxPerSecond { get; set; }

    /// <summary>When to stop handling events because what the handlers need does not work.</summary>
    /// <value>The default is null: never.</value>
    public CircuitBreakerOptions? CircuitBreaker { get; set; }

    /// <summary>
    /// With idempotency: how long an event belongs to the member that handles it, unless it is renewed, which happens by its half
    /// while the handler runs. When a member dies, its events wait for that long.
    /// </summary>
    /// <value>From 100 milliseconds to 1 day. The default is 30 seconds.</value>
    public TimeSpan IdempotencyLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// With idempotency: how long an event that was handled is not handled again. The store keeps some 150 bytes for each event of that time.
    /// </summary>
    /// <value>From 1 millisecond to 365 days. The default is 10 minutes.</value>
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether what handlers publish is stored together with the settlement of the event that they handle, both or neither, so that each event takes
    /// effect once on the topics that readers of the transport see, whoever dies. The transport has to be able to: Kafka is, and the one in memory.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ExactlyOnce { get; set; }

    /// <summary>How a failed event is tried again.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>Whether an event that is given up becomes a dead letter of the group. Without, nothing is given up.</summary>
    /// <value>The default is false.</value>
    public bool DeadLetters { get; set; }

    /// <summary>
    /// Whether later events of a dead letter's key wait behind it until it is redriven or discarded, and then run in their order. Needs
    /// <see cref="DeadLetters"/>.
    /// </summary>
    /// <value>The default is false: they go on.</value>
    public bool KeepKeyOrder { get; set; }
}
