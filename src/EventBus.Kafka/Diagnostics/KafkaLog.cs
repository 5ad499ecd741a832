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

    [LoggerMessage(612, LogLevel.Warning, "Kafka {Client}: {Code}: {Reason}")]
    public static partial void ClientError(this ILogger logger, string client, ErrorCode code, string reason);

    [LoggerMessage(613, LogLevel.Error, "Kafka {Client}: EventBus:Kafka:SaslToken gave no token; asked again in 10 seconds")]
    public static partial void NoToken(this ILogger logger, Exception exception, string client);

    [LoggerMessage(621, LogLevel.Information, "Topic {Topic} was made, with {Partitions} partitions")]
    public static partial void TopicMade(this ILogger logger, string topic, int partitions);

    [LoggerMessage(622, LogLevel.Information, "Topic {Topic} has {Partitions} partitions and stays as it is; the settings say {Wanted}")]
    public static partial void TopicDiffers(this ILogger logger, string topic, int partitions, int wanted);

    [LoggerMessage(631, LogLevel.Error,
        "The producer has failed for good: {Code}: {Reason} What was on its way has failed, and may be stored all the same. Another producer takes its place")]
    public static partial void ProducerFailed(this ILogger logger, ErrorCode code, string reason);
}
