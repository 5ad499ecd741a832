using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Publishing;

/// <summary>Why an event was not stored, or is not known to be.</summary>
/// <param name="Reason">What went wrong and what to do; the start of the sentence is the call's.</param>
/// <param name="IsKnown">Whether it is known not to be stored.</param>
/// <param name="IsOutage">Whether the brokers could not be reached, rather than having refused it.</param>
/// <param name="Cause">The library's error, or the application's.</param>
internal sealed record PublishFailure(string Reason, bool IsKnown, bool IsOutage, Exception? Cause = null)
{
    /// <summary>The bus has stopped.</summary>
    public static PublishFailure Closed { get; } = new("", IsKnown: true, IsOutage: false);

    /// <summary>There was no room for it in time.</summary>
    public static PublishFailure NoRoom(KafkaOptions options) => new(
        $"there was no room for it within {options.PublishTimeout}. The brokers are away, or slower than what is published "
        + $"(EventBus:Kafka:{nameof(options.PublishTimeout)}, {nameof(options.PublishBufferEvents)}, {nameof(options.PublishBufferBytes)}).",
        IsKnown: true, IsOutage: true);

    /// <summary>Nobody said in time whether its topic is there.</summary>
    public static PublishFailure NoAnswer(KafkaConnection connection) => new(
        $"the Kafka brokers {connection.Brokers} did not tell within {connection.Options.PublishTimeout} whether its topic is there.",
        IsKnown: true, IsOutage: true);

    /// <summary>Its topic could not be found or made.</summary>
    public static PublishFailure NoTopic(Exception exception, bool isOutage) => new(exception.Message, IsKnown: true, isOutage, exception);

    /// <summary>The application's serializer failed.</summary>
    public static PublishFailure NotSerialized(Exception exception) =>
        new($"it could not be serialized: {exception.Message}", IsKnown: true, IsOutage: false, exception);

    /// <summary>Whether the library forgets a topic's partitions after an error, and numbers what it sends there from the beginning.</summary>
    public static bool ForgetsTopic(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException
        or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>What the library or a broker said.</summary>
    public static PublishFailure Of(in Report report)
    {
        var text = KafkaErrors.Text((int)report.Code);
        var (reason, isOutage) = report.Code switch
        {
            ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => (
                "it is too large. The client's bound is message.max.bytes among EventBus:Kafka:ProducerProperties, the brokers' is max.message.bytes of the topic.",
                false),
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => (
                "the topic is not there any more.", false),
            ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => (
                "the brokers do not let this user write to it. Allow it to (operation Write on the topic).", false),
            ErrorCode.DuplicateSequenceNumber => ("the brokers took it for one that they have already.", true),
            ErrorCode.Local_MsgTimedOut => ("no broker took it in time.", true),
            ErrorCode.Local_PurgeInflight or ErrorCode.Local_PurgeQueue or ErrorCode.Local_Fatal => (
                "the producer has ended before it was answered.", true),
            _ => ($"{text} ({report.Code}).", ClusterErrors.IsOutage(report.Code)),
        };
        return new PublishFailure(reason, report.IsKnown, isOutage, new ClusterException(new ClusterError(report.Code, text)));
    }

    /// <summary>The exception of a call.</summary>
    /// <param name="topic">Where the event should have gone.</param>
    /// <param name="stored">How many first events of a batch are stored; null for a single event.</param>
    public Exception ToException(string topic, int? stored = null)
    {
        if (ReferenceEquals(this, Closed))
        {
            return KafkaPublisher.Disposed();
        }

        var what = stored is null ? "The event" : $"Event {stored + 1} of the batch";
        var outcome = IsKnown ? "was not stored" : "could not be stored, and it is not known whether it was";
        return new PublishException($"{what} for '{topic}' {outcome}: {Reason}", topic, stored ?? 0, Cause) { IsOutage = IsOutage };
    }
}
