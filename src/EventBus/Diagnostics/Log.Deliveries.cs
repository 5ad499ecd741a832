using EventBus.Consuming;
using Microsoft.Extensions.Logging;

namespace EventBus.Diagnostics;

/// <summary>What is told of a delivery: its fields are looked up only where somebody wants to know them.</summary>
internal static partial class Log
{
    public static void DeliveryFailed(this ILogger logger, Delivery delivery, Exception failure)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.DeliveryFailed(
                failure, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription,
                delivery.Attempt, delivery.RetryIn);
        }
    }

    public static void DeliveryPutAside(this ILogger logger, Delivery delivery, Exception failure)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.DeliveryPutAside(
                failure, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription,
                delivery.Attempt, delivery.RetryIn);
        }
    }

    public static void DeadLettered(this ILogger logger, Delivery delivery, Exception failure, Position letter)
    {
        if (logger.IsEnabled(LogLevel.Error))
        {
            logger.DeadLettered(
                failure, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription,
                delivery.Attempt, letter);
        }
    }

    public static void ParkingFailed(this ILogger logger, Exception exception, Delivery delivery)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.ParkingFailed(
                exception, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription);
        }
    }

    public static void NotWrittenDown(this ILogger logger, Exception exception, Delivery delivery)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.NotWrittenDown(
                exception, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription,
                delivery.RetryIn);
        }
    }

    public static void DeliveryReleased(this ILogger logger, Delivery delivery)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.DeliveryReleased(
                delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription);
        }
    }

    /// <summary>An attempt has handled its event; nothing is said where a step before the handlers has dealt with it.</summary>
    public static void DeliveryHandled(this ILogger logger, Delivery delivery, TimeSpan duration)
    {
        if (delivery.ReachedHandler && logger.IsEnabled(LogLevel.Debug))
        {
            logger.DeliveryHandled(
                delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription,
                delivery.Attempt, duration.TotalMilliseconds);
        }
    }

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

    public static void CircuitOpened(
        this ILogger logger, Exception exception, string subscription, TimeSpan breakDuration, Delivery delivery) => logger.CircuitOpened(
        exception, subscription, breakDuration, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position);

    public static void DeliveryFailedUncounted(this ILogger logger, Delivery delivery, Exception exception)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.DeliveryFailedUncounted(
                exception, delivery.Received.Envelope.Id, delivery.Received.Envelope.Type, delivery.Position, delivery.Subscription);
        }
    }
}
