using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace EventBus.Kafka.Diagnostics;

/// <summary>Everything that the Kafka transport logs. The ids are fixed: 61x clients, 62x topics, 63x publishing, 64x consuming, 65x groups.</summary>
/// <remarks>
/// All messages stand in this one file: over several, their generator writes them in an order that changes from build to build, and two builds
/// of the package would differ.
/// </remarks>
internal static partial class KafkaLog
{
    [LoggerMessage(EventId = 611, Message = "Kafka {Client}: {Facility}: {Text}")]
    public static partial void ClientLog(this ILogger logger, LogLevel level, string client, string facility, string text);

    [LoggerMessage(EventId = 612, Message = "Kafka {Client}: {Code}: {Reason}")]
    public static partial void ClientError(this ILogger logger, LogLevel level, string client, ErrorCode code, string reason);

    [LoggerMessage(613, LogLevel.Error, "Kafka {Client}: EventBus:Kafka:SaslToken gave no token; asked again in 10 seconds")]
    public static partial void NoToken(this ILogger logger, Exception exception, string client);

    [LoggerMessage(621, LogLevel.Information, "Topic {Topic} was made, with {Partitions} partitions")]
    public static partial void TopicMade(this ILogger logger, string topic, int partitions);

    [LoggerMessage(622, LogLevel.Warning, "Topic {Topic} has {Setting} {Found} and stays as it is; the settings of EventBus:Kafka say {Wanted}")]
    public static partial void TopicDiffers(this ILogger logger, string topic, string setting, string found, string wanted);

    [LoggerMessage(623, LogLevel.Debug, "The settings of the topics were not compared with those of EventBus:Kafka: {Reason}")]
    public static partial void TopicsNotCompared(this ILogger logger, string reason);

    [LoggerMessage(631, LogLevel.Error,
        "The producer has failed for good: {Code}: {Reason} What was on its way has failed, and may be stored all the same. Another producer takes its place")]
    public static partial void ProducerFailed(this ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(632, LogLevel.Information,
        "The producer has lost sight of a topic that it had stored events in, and another one takes its place when it has sent what it was given")]
    public static partial void ProducerRetired(this ILogger logger);

    [LoggerMessage(641, LogLevel.Warning, "Group {Group} has trouble in {Partition}: {Code}: {Reason}")]
    public static partial void PartitionError(this ILogger logger, string group, string partition, ErrorCode code, string reason);

    [LoggerMessage(642, LogLevel.Warning,
        "Group {Group} gives {Topic}/{Partition} back while handlers of its events still run: they have had {Timeout}. What they have not finished comes "
        + "again to another member. EventBus:Kafka:RevokeTimeout says how long they have")]
    public static partial void RevokedUndrained(this ILogger logger, string group, string topic, int partition, TimeSpan timeout);

    [LoggerMessage(643, LogLevel.Warning, "Group {Group} could not write how far it has got in {Topic}/{Partition}: {Code}. Tried again while it has the partition")]
    public static partial void CommitFailed(this ILogger logger, string group, string topic, int partition, ErrorCode code);

    [LoggerMessage(644, LogLevel.Warning,
        "Member {Member} of group {Group} has lost {Count} partitions: the group took it for dead. What it had not written comes again to other members")]
    public static partial void PartitionsLost(this ILogger logger, string group, string member, int count);

    [LoggerMessage(645, LogLevel.Warning, "Group {Group} could not look up its place in {Count} partitions that it was assigned; tried again: {Reason}")]
    public static partial void PlaceNotFound(this ILogger logger, string group, int count, string reason);

    [LoggerMessage(646, LogLevel.Warning, "Member {Member} of group {Group} could not leave it in {Timeout}; the others take over when they miss its heartbeat")]
    public static partial void NotLeft(this ILogger logger, string group, string member, TimeSpan timeout);

    [LoggerMessage(647, LogLevel.Error, "Group {Group}: what serves it has failed; the member is closed and opened again")]
    public static partial void MemberFailed(this ILogger logger, Exception exception, string group);

    [LoggerMessage(648, LogLevel.Information,
        "Group {Group} begins with {StartFrom} in partitions where it has no place yet, and goes on with {ExpiredOffset} where its place is gone")]
    public static partial void PlacesOfGroup(this ILogger logger, string group, SeekTarget startFrom, KafkaExpiredOffset expiredOffset);

    [LoggerMessage(649, LogLevel.Warning,
        "The place {Offset} of group {Group} in {Topic}/{Partition} is gone. It goes on at {End}, behind the last event, as EventBus:Kafka:ExpiredOffset says")]
    public static partial void PlaceExpired(this ILogger logger, string group, long offset, string topic, int partition, long end);

    [LoggerMessage(651, LogLevel.Warning,
        "Topic {Topic}, in which running members of groups are asked to go elsewhere, cannot be read: seeks wait until it can. Tried again; not told again")]
    public static partial void WishesNotRead(this ILogger logger, Exception exception, string topic);

    [LoggerMessage(652, LogLevel.Debug, "Partition {Topic}/{Partition} was not trimmed: {Reason}")]
    public static partial void NotTrimmed(this ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(661, LogLevel.Warning, "A transaction of group {Group} was not stored: {Code}, {Reason}. Nothing of it is seen, and nothing of it is lost")]
    public static partial void TransactionFailed(this ILogger logger, string group, ErrorCode code, string reason);

    [LoggerMessage(662, LogLevel.Warning,
        "The transactional producer of group {Group} could not be closed within {Timeout}: no broker coordinates the group. It is closed when one does")]
    public static partial void TransactionsNotEnded(this ILogger logger, string group, TimeSpan timeout);
}
