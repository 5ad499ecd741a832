using EventBus.Consuming;
using Microsoft.Extensions.Logging;

namespace EventBus.Diagnostics;

/// <summary>What idempotency logs: 36x.</summary>
internal static partial class Log
{
    public static void AlreadyHandled(this ILogger logger, Delivery delivery)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.AlreadyHandled(
                delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription);
        }
    }

    public static void LeaseLost(this ILogger logger, Delivery delivery, TimeSpan lease) => logger.LeaseLost(
        delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription, lease);

    [LoggerMessage(363, LogLevel.Warning,
        "The idempotency lease of {Key} could not be renewed; it is tried again in {Pause}, while the handler goes on")]
    public static partial void LeaseNotRenewed(this ILogger logger, Exception exception, string key, TimeSpan pause);

    [LoggerMessage(364, LogLevel.Warning,
        "The idempotency lease of {Key}, whose handler has failed, could not be released: the event waits until it is over, {Lease} at most")]
    public static partial void LeaseNotReleased(this ILogger logger, Exception exception, string key, TimeSpan lease);

    [LoggerMessage(365, LogLevel.Warning,
        "The idempotency store of subscription {Subscription} does not answer: events wait, and are handled when it does again")]
    public static partial void IdempotencyStoreAway(this ILogger logger, Exception exception, string subscription);

    [LoggerMessage(366, LogLevel.Information, "The idempotency store of subscription {Subscription} answers again")]
    public static partial void IdempotencyStoreBack(this ILogger logger, string subscription);

    [LoggerMessage(361, LogLevel.Debug,
        "Event {EventId} ({EventType}) at {Position} had been handled by subscription {Subscription} already; it is acknowledged unhandled")]
    private static partial void AlreadyHandled(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription);

    [LoggerMessage(362, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} was handled by subscription {Subscription}, but its idempotency lease was over by "
        + "then and somebody else has taken it: it may have been handled twice. Make IdempotencyLease, {Lease} now, longer")]
    private static partial void LeaseLost(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription, TimeSpan lease);
}
