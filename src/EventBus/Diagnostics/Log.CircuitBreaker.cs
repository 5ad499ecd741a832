using EventBus.Consuming;
using Microsoft.Extensions.Logging;

namespace EventBus.Diagnostics;

/// <summary>What pausing, the circuit breaker and the rate limit log: 21x.</summary>
internal static partial class Log
{
    [LoggerMessage(210, LogLevel.Information, "Subscription {Subscription} is paused: its events wait until it is resumed")]
    public static partial void SubscriptionPaused(this ILogger logger, string subscription);

    [LoggerMessage(211, LogLevel.Information, "Subscription {Subscription} has been resumed")]
    public static partial void SubscriptionResumed(this ILogger logger, string subscription);

    public static void CircuitOpened(
        this ILogger logger, Exception exception, string subscription, TimeSpan breakDuration, Delivery delivery) => logger.CircuitOpened(
        exception, subscription, breakDuration, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position);

    [LoggerMessage(213, LogLevel.Information,
        "The circuit of subscription {Subscription} is half-open: single events try whether it can be closed, {Successes} have to succeed")]
    public static partial void CircuitHalfOpened(this ILogger logger, string subscription, int successes);

    [LoggerMessage(214, LogLevel.Information, "The circuit of subscription {Subscription} is closed again after {Successes} successes")]
    public static partial void CircuitClosed(this ILogger logger, string subscription, int successes);

    public static void DeliveryFailedUncounted(this ILogger logger, Delivery delivery, Exception exception)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.DeliveryFailedUncounted(
                exception, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription);
        }
    }

    [LoggerMessage(216, LogLevel.Warning,
        "The rate limiter of subscription {Subscription} has failed; it is asked again in {Pause}, and events wait meanwhile")]
    public static partial void RateLimiterFailed(this ILogger logger, Exception exception, string subscription, TimeSpan pause);

    [LoggerMessage(212, LogLevel.Warning,
        "The circuit of subscription {Subscription} is open for {BreakDuration}: its events wait or go to its fallback. Last failure: event "
        + "{EventId} ({EventType}) at {Position}")]
    private static partial void CircuitOpened(
        this ILogger logger, Exception exception, string subscription, TimeSpan breakDuration, EventIdentity eventId, string eventType,
        Position position);

    [LoggerMessage(215, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} failed in subscription {Subscription} while its circuit was not closed: the attempt does "
        + "not count")]
    private static partial void DeliveryFailedUncounted(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription);
}
