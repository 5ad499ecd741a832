using Confluent.Kafka;

namespace EventBus.Kafka.Consuming;

/// <summary>Which of the errors that a consumer is told end its member, and in which words. All others pass by themselves.</summary>
internal static class ConsumerErrors
{
    /// <summary>Whether the member cannot go on: somebody has to do something, or another member has to be opened.</summary>
    public static bool EndsMember(ErrorCode code) => code is
        ErrorCode.Local_AutoOffsetReset or ErrorCode.Local_Fatal or ErrorCode.Local_Authentication
        or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.FencedInstanceId or ErrorCode.InconsistentGroupProtocol
        or ErrorCode.InvalidSessionTimeout or ErrorCode.InvalidGroupId or ErrorCode.UnsupportedVersion
        or ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.Local_UnsupportedFeature;

    /// <summary>Whether a commit was refused because the member is none any more: it will be told so by the group, too.</summary>
    public static bool IsNoMember(ErrorCode code) => code is
        ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId or ErrorCode.StaleMemberEpoch
        or ErrorCode.Local_AssignmentLost or ErrorCode.Local_Fatal or ErrorCode.GroupAuthorizationFailed;

    public static EventBusException ToException(string group, string? place, ClusterError error) => new(
        error.Code == ErrorCode.Local_AutoOffsetReset
            ? $"Group '{group}' cannot go on in {place}: its place there is gone, and EventBus:Kafka:{nameof(KafkaOptions.ExpiredOffset)} is "
                + $"{nameof(KafkaExpiredOffset.Fail)}. Move the group (IEventLog.SeekAsync), or choose where it goes on by itself. ({error.Reason})"
            : $"Group '{group}' cannot read{(place is null ? "" : $" {place}")} from Kafka: {error.Reason} ({error.Code})",
        new ClusterException(error));
}
