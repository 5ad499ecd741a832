using EventBus;

namespace Shop;

/// <summary>What the shop says: ids and amounts, never names or addresses of people.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "User {UserId} registered: {EventType} {EventId} stored at {Position}")]
    public static partial void UserRegistered(this ILogger logger, string userId, string eventType, Guid eventId, Position position);

    [LoggerMessage(2, LogLevel.Information, "User {UserId} changed the profile: {EventType} {EventId} stored at {Position}")]
    public static partial void ProfileUpdated(this ILogger logger, string userId, string eventType, Guid eventId, Position position);

    [LoggerMessage(3, LogLevel.Information, "User {UserId} placed order {OrderId} of {Total}: {EventType} {EventId} stored at {Position}")]
    public static partial void OrderCreated(
        this ILogger logger, string userId, string orderId, decimal total, string eventType, Guid eventId, Position position);

    [LoggerMessage(4, LogLevel.Information, "Order {OrderId} completed: {EventType} {EventId} stored at {Position}")]
    public static partial void OrderCompleted(
        this ILogger logger, string orderId, string eventType, Guid eventId, Position position);

    [LoggerMessage(5, LogLevel.Information, "{Notification} notification sent to user {UserId}: {EventType} {EventId} stored at {Position}")]
    public static partial void NotificationSent(
        this ILogger logger, string notification, string userId, string eventType, Guid eventId, Position position);

    [LoggerMessage(6, LogLevel.Information, "Analytics: {Notification} notification {EventId} reached user {UserId}, caused by event {CausationId}")]
    public static partial void NotificationAnalysed(
        this ILogger logger, string notification, Guid eventId, string userId, EventIdentity? causationId);

    [LoggerMessage(7, LogLevel.Information, "Subscription {Subscription} goes back to {From} in topic {Topic}")]
    public static partial void Replaying(this ILogger logger, string subscription, string topic, SeekTarget from);

    [LoggerMessage(8, LogLevel.Information, "{Method} {Path} was answered with {StatusCode}")]
    public static partial void Refused(this ILogger logger, string method, PathString path, int statusCode);
}
