using Microsoft.Extensions.Logging;

namespace EventBus.Diagnostics;

/// <summary>
/// Everything that the bus logs. The ids are fixed: 1xx the bus, 2xx subscriptions (21x pausing, the circuit breaker and the rate limit), 3xx
/// deliveries (36x idempotency).
/// </summary>
/// <remarks>
/// All messages stand in this one file: over several, their generator writes them in an order that changes from build to build, and
/// two builds of the package would differ.
/// </remarks>
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

    [LoggerMessage(210, LogLevel.Information, "Subscription {Subscription} is paused: its events wait until it is resumed")]
    public static partial void SubscriptionPaused(this ILogger logger, string subscription);

    [LoggerMessage(211, LogLevel.Information, "Subscription {Subscription} has been resumed")]
    public static partial void SubscriptionResumed(this ILogger logger, string subscription);

    [LoggerMessage(212, LogLevel.Warning,
        "The circuit of subscription {Subscription} is open for {BreakDuration}: its events wait or go to its fallback. Last failure: event "
        + "{EventId} ({EventType}) at {Position}")]
    private static partial void CircuitOpened(
        this ILogger logger, Exception exception, string subscription, TimeSpan breakDuration, EventIdentity eventId, string eventType,
        Position position);

    [LoggerMessage(213, LogLevel.Information,
        "The circuit of subscription {Subscription} is half-open: single events try whether it can be closed, {Successes} have to succeed")]
    public static partial void CircuitHalfOpened(this ILogger logger, string subscription, int successes);

    [LoggerMessage(214, LogLevel.Information, "The circuit of subscription {Subscription} is closed again after {Successes} successes")]
    public static partial void CircuitClosed(this ILogger logger, string subscription, int successes);

    [LoggerMessage(215, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} failed in subscription {Subscription} while its circuit was not closed: the attempt does "
        + "not count")]
    private static partial void DeliveryFailedUncounted(
        this ILogger logger, Exception exception, EventIdentity eventId, string eventType, Position position, string subscription);

    [LoggerMessage(216, LogLevel.Warning,
        "The rate limiter of subscription {Subscription} has failed; it is asked again in {Pause}, and events wait meanwhile")]
    public static partial void RateLimiterFailed(this ILogger logger, Exception exception, string subscription, TimeSpan pause);

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

    [LoggerMessage(361, LogLevel.Debug,
        "Event {EventId} ({EventType}) at {Position} had been handled by subscription {Subscription} already; it is acknowledged unhandled")]
    private static partial void AlreadyHandled(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription);

    [LoggerMessage(362, LogLevel.Warning,
        "Event {EventId} ({EventType}) at {Position} was handled by subscription {Subscription}, but its idempotency lease was over by "
        + "then and somebody else has taken it: it may have been handled twice. Make IdempotencyLease, {Lease} now, longer")]
    private static partial void LeaseLost(
        this ILogger logger, EventIdentity eventId, string eventType, Position position, string subscription, TimeSpan lease);

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
}
