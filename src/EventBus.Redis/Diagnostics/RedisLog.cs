using Microsoft.Extensions.Logging;

namespace EventBus.Redis.Diagnostics;

/// <summary>Everything that the Redis transport logs. The ids are fixed: 51x members, 52x reading, 53x retention.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(511, LogLevel.Warning,
        "Member {Member} of group {Group} could not tell Redis that it leaves; the others take over when they miss its heartbeat")]
    public static partial void NotLeft(this ILogger logger, Exception exception, string group, string member);

    [LoggerMessage(521, LogLevel.Error,
        "Group {Group}: {Count} events of {Stream} were removed before they were handled, and are lost to the group. Retention went past it, or "
        + "somebody has trimmed the stream")]
    public static partial void EntryRemoved(this ILogger logger, string group, string stream, long count);
}
