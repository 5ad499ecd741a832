namespace EventBus;

/// <summary>
/// When a subscription stops handling events because what its handlers need does not work, and when it tries again; bound from
/// <c>EventBus:Subscriptions:NAME:CircuitBreaker</c>, which wins over code.
/// </summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether there is a circuit breaker; configuration can switch one off that code has set up.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How many attempts in a row have to fail for the circuit to open. Without effect with a <see cref="FailureRatio"/>.</summary>
    /// <value>1 or more. The default is 5.</value>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>
    /// The share of failed attempts at which the circuit opens, over <see cref="SamplingDuration"/> and in place of
    /// <see cref="FailureThreshold"/>.
    /// </summary>
    /// <value>More than 0 and not more than 1. The default is null: failures in a row count.</value>
    public double? FailureRatio { get; set; }

    /// <summary>The time over which a <see cref="FailureRatio"/> is taken.</summary>
    /// <value>From half a second to a day. The default is 30 seconds.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many attempts there must have been in that time for a <see cref="FailureRatio"/> to mean anything.</summary>
    /// <value>2 or more. The default is 20.</value>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>How long the circuit stays open before a single event tries whether it works again.</summary>
    /// <value>From 1 millisecond to 10 days. The default is 60 seconds.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many events in a row have to succeed, one at a time, for the circuit to close.</summary>
    /// <value>1 or more. The default is 3.</value>
    public int SuccessThreshold { get; set; } = 3;

    /// <summary>
    /// How long an attempt may take. Its token is cancelled then, and the attempt has failed with a <see cref="TimeoutException"/>. Handlers
    /// that do not heed the token are waited for.
    /// </summary>
    /// <value>From 10 milliseconds to a day; null for no limit. The default is 10 seconds.</value>
    public TimeSpan? CallTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
