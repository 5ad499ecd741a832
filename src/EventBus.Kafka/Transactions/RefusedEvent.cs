using Confluent.Kafka;
using EventBus.Transactions;

namespace EventBus.Kafka.Transactions;

/// <summary>An event that a transaction could not store, whatever else is in it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Code">Why.</param>
internal sealed record RefusedEvent(OutgoingEvent Event, ErrorCode Code)
{
    /// <summary>Whether an error is about the one event, so that it would come again with the next transaction.</summary>
    public static bool IsAboutEvent(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge
        or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation or ErrorCode.InvalidTimestamp
        or ErrorCode.Local_InvalidArg;
}
