using Microsoft.Extensions.Logging;

namespace EventBus.Redis.Diagnostics;

/// <summary>Everything that the Redis transport logs. The ids are fixed: 51x members, 52x reading, 53x retention.</summary>
/// <remarks>
/// All messages stand in this one file: over several, their generator writes them in an order that changes from build to build, and two builds
/// of the package would differ.
/// </remarks>
internal static partial class RedisLog
{
    [LoggerMessage(511, LogLevel.Warning,
        "Member {Member} of group {Group} could not tell Redis that it leaves; the others take over when they miss its heartbeat")]
    public static partial void NotLeft(this ILogger logger, Exception exception, string group, string member);

    [LoggerMessage(521, LogLevel.Error,
        "Group {Group}: {Count} events of {Stream} were removed before they were handled, and are lost to the group. Retention went past it, or "
        + "somebody has trimmed the stream")]
    public static partial void EntryRemoved(this ILogger logger, string group, string stream, long count);

    [LoggerMessage(522, LogLevel.Error, "Group {Group} cannot read topic {Topic}, and goes on with its other topics. Tried again; not told again")]
    public static partial void TopicNotRead(this ILogger logger, Exception exception, string group, string topic);

    [LoggerMessage(531, LogLevel.Warning, "Retention could not look at the partitions; again in {Pause}. They grow meanwhile")]
    public static partial void RetentionFailed(this ILogger logger, Exception exception, TimeSpan pause);

    [LoggerMessage(532, LogLevel.Warning, "Partition {Topic}/{Partition} cannot be trimmed and grows. Tried again; not told again")]
    public static partial void TrimFailed(this ILogger logger, Exception exception, string topic, int partition);

    [LoggerMessage(533, LogLevel.Warning,
        "Group {Group} has had no member since {LastMember}: retention does not wait for it any more and has trimmed events of {Topic}/{Partition}, "
        + "perhaps of other partitions too, that it has not settled. When it comes back it goes on with the oldest that are left. "
        + "EventBus:Redis:AbandonedGroupRetention says how long such a group is waited for")]
    public static partial void AbandonedGroupPassed(
        this ILogger logger, string group, DateTimeOffset lastMember, string topic, int partition);
}
