using EventBus;

namespace UserActivity;

/// <summary>What the service says.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "User {UserId}: {EventType} {EventId} stored at {Position}")]
    public static partial void Published(this ILogger logger, string userId, string eventType, string eventId, Position position);

    [LoggerMessage(2, LogLevel.Information, "User {UserId}: {EventType} {EventId} processed from {Position}")]
    public static partial void Processed(this ILogger logger, string userId, string eventType, string eventId, Position position);

    [LoggerMessage(3, LogLevel.Warning, "Event {EventId} could not be stored. Retry {Retry} of {Retries} follows in {PauseMilliseconds} ms: {Reason}")]
    public static partial void PublishingAgain(
        this ILogger logger, string eventId, int retry, int retries, double pauseMilliseconds, string? reason);

    [LoggerMessage(4, LogLevel.Error, "Event {EventId} of user {UserId} could not be stored, and the request fails")]
    public static partial void NotPublished(this ILogger logger, Exception failure, string eventId, string userId);

    [LoggerMessage(5, LogLevel.Information, "{Method} {Path} was answered with {StatusCode}")]
    public static partial void Refused(this ILogger logger, string method, PathString path, int statusCode);

    [LoggerMessage(6, LogLevel.Information, "Events of topic {Topic} are carried by the transport '{Transport}', for group {Group}")]
    public static partial void Carried(this ILogger logger, string topic, string transport, string group);
}
