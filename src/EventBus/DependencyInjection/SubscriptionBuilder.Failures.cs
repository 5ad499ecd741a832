using EventBus.DeadLetters;
using EventBus.Retry;

namespace Microsoft.Extensions.DependencyInjection;

/// <content>What becomes of an event that fails.</content>
public sealed partial class SubscriptionBuilder
{
    /// <summary>
    /// Says how failed events are tried again; configuration under <c>EventBus:Subscriptions:NAME:Retry</c> wins over it. Limits (attempts,
    /// total time, exceptions) need <see cref="WithDeadLetters"/>: without, nothing is ever given up.
    /// </summary>
    public SubscriptionBuilder WithRetry(Action<RetryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(options => configure(options.Retry));
    }

    /// <summary>
    /// Says how failed events of one type are tried again, where that differs from what is said for the subscription; configuration under
    /// <c>EventBus:Subscriptions:NAME:Events:CONTRACT:Retry</c> wins over it.
    /// </summary>
    /// <typeparam name="TEvent">The events' type, or a base type or interface of several registered events.</typeparam>
    public SubscriptionBuilder WithRetry<TEvent>(Action<RetryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _subscription.Retries.Add((typeof(TEvent), configure));
        return this;
    }

    /// <summary>
    /// Stores events that are given up, after their last attempt or because they cannot be decoded, as dead letters of the group, to be looked at,
    /// redriven or discarded through <see cref="IDeadLetters"/>.
    /// </summary>
    /// <param name="keepKeyOrder">
    /// Whether later events of a dead letter's key wait behind it until it is redriven or discarded: <see cref="EventBus.SubscriptionOptions.KeepKeyOrder"/>.
    /// </param>
    /// <param name="onDeadLetter">
    /// Told of each dead letter once it has been stored, for alerts. The event's key waits for it; an exception of it is logged.
    /// </param>
    public SubscriptionBuilder WithDeadLetters(
        bool keepKeyOrder = false, Func<DeadLetter, CancellationToken, ValueTask>? onDeadLetter = null)
    {
        _subscription.OnDeadLetter = onDeadLetter ?? _subscription.OnDeadLetter;
        return Configure(options =>
        {
            options.DeadLetters = true;
            options.KeepKeyOrder = keepKeyOrder;
        });
    }
}
