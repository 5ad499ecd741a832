using EventBus.Consuming;
using Microsoft.Extensions.Logging;

namespace EventBus.Diagnostics;

/// <summary>Everything that the bus logs. The ids are fixed: 1xx the bus, 2xx subscriptions, 3xx deliveries.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "The bus has started with {Subscriptions} subscriptions")]
    public static partial void BusStarted(this ILogger logger, int subscriptions);

    [LoggerMessage(102, LogLevel.Information, "The bus has stopped")]
    public static partial void BusStopped(this ILogger logger);

    [LoggerMessage(201, LogLevel.Information, "Subscription {Subscription} receives from {Topics}")]
    public static partial void SubscriptionStarted(this ILogger logger, string subscription, string topics);

    [LoggerMessage(202, LogLevel.Information, "Subscription {Subscription} has stopped")]
    public static partial void SubscriptionStopped(this ILogger logger, string subscription);

    [LoggerMessage(203, LogLevel.Warning,
        "Subscription {Subscription} could not receive; it drains, and opens again in {Pause}. Events wait on the transport meanwhile")]
    public static partial void ReceiveFailed(this ILogger logger, Exception exception, string subscription, TimeSpan pause);

    [LoggerMessage(204, LogLevel.Warning,
        "Subscription {Subscription}: handlers are still running at the end of the time for draining; their tokens are cancelled now")]
    public static partial void DrainTimedOut(this ILogger logger, string subscription);

    [LoggerMessage(205, LogLevel.Error,
        "Subscription {Subscription}: handlers went on after their tokens had been cancelled and are left behind. "
        + "Their events are unsettled and come again")]
    public static partial void HandlersAbandoned(this ILogger logger, string subscription);

    [LoggerMessage(206, LogLevel.Warning, "Subscription {Subscription} could not close its consumer")]
    public static partial void CloseFailed(this ILogger logger, Exception exception, string subscription);

    [LoggerMessage(207, LogLevel.Warning,
        "Subscription {Subscription} could not fetch again from {Topic} what waits behind a failed key; again in {Pause}")]
    public static partial void FetchFailed(this ILogger logger, Exception exception, string subscription, string topic, TimeSpan pause);

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

    [LoggerMessage(301, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} failed in subscription {Subscription}, attempt {Attempt}; again in {Pause}")]
    private static partial void DeliveryFailed(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription,
        int attempt, TimeSpan pause);

    [LoggerMessage(302, LogLevel.Debug,
        "Event {EventId} ({EventType}) at {Position} was released unsettled by subscription {Subscription}; it comes again")]
    private static partial void DeliveryReleased(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription);

    [LoggerMessage(304, LogLevel.Debug,
        "Event {EventId} ({EventType}) at {Position} was handled by subscription {Subscription} in attempt {Attempts}, "
        + "in {DurationMilliseconds} ms")]
    private static partial void DeliveryHandled(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription, int attempts,
        double durationMilliseconds);
    [LoggerMessage(303, LogLevel.Error,
        "Event {EventId} ({EventType}) at {Position} was given up by subscription {Subscription} after {Attempts} attempts; "
        + "it is a dead letter now, at {Letter}")]
    private static partial void DeadLettered(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription,
        int attempts, Position letter);

    [LoggerMessage(305, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} failed in subscription {Subscription}, attempt {Attempt}; it is put aside and comes "
        + "back in {Pause}")]
    private static partial void DeliveryPutAside(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription,
        int attempt, TimeSpan pause);

    [LoggerMessage(306, LogLevel.Warning,
        "What became of event {EventId} ({EventType}) at {Position} in subscription {Subscription} could not be stored; again in {Pause}")]
    private static partial void NotWrittenDown(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription,
        TimeSpan pause);

    [LoggerMessage(307, LogLevel.Warning, "The hook of subscription {Subscription} for the dead letter of event {EventId} failed")]
    public static partial void DeadLetterHookFailed(
        this ILogger logger, Exception exception, EventIdentity eventId, string subscription);

    [LoggerMessage(308, LogLevel.Information,
        "Dead letter {Letter}, event {EventId} ({EventType}), was sent again to subscription {Subscription}; data replaced: {IsReplaced}")]
    public static partial void Redriven(
        this ILogger logger, EventIdentity eventId, string eventType, Position letter, string subscription, bool isReplaced);

    [LoggerMessage(309, LogLevel.Information,
        "Dead letter {Letter}, event {EventId} ({EventType}), of subscription {Subscription} was discarded: {Reason}")]
    public static partial void Discarded(
        this ILogger logger, EventIdentity eventId, string eventType, Position letter, string subscription, string reason);

    [LoggerMessage(310, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} waits in subscription {Subscription}: the dead letters of its key could not be read or written")]
    private static partial void ParkingFailed(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription);
}
