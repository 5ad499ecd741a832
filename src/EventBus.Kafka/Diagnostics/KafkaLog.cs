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
}
