using Confluent.Kafka;

namespace EventBus.Kafka.Connections;

/// <summary>What the library's errors mean for the bus.</summary>
internal static class ClusterErrors
{
    /// <summary>Whether the brokers were away, or not able to serve for a while, rather than having refused what was asked.</summary>
    public static bool IsOutage(ErrorCode code) => code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut
        or ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Resolve or ErrorCode.Local_WaitCoord
        or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.Local_Destroy or ErrorCode.Local_PurgeInflight
        or ErrorCode.Local_PurgeQueue or ErrorCode.RequestTimedOut or ErrorCode.BrokerNotAvailable or ErrorCode.LeaderNotAvailable
        or ErrorCode.NotLeaderForPartition or ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.GroupLoadInProgress
        or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.NotEnoughReplicas
        or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.NotController or ErrorCode.KafkaStorageError;

    /// <summary>Whether that is what an exception of <see cref="Failed"/> is about.</summary>
    public static bool IsOutage(EventBusException exception) => exception.InnerException is ClusterException { Error.Code: var code } && IsOutage(code);

    /// <summary>The error of an exception that <see cref="Failed"/> made.</summary>
    public static ErrorCode CodeOf(EventBusException exception) =>
        exception.InnerException is ClusterException { Error.Code: var code } ? code : ErrorCode.Unknown;

    /// <summary>A failure of a call to the cluster.</summary>
    /// <param name="error">The library's.</param>
    /// <param name="what">What was not done, without a full stop.</param>
    /// <param name="connection">Which cluster.</param>
    /// <param name="cluster">The client that was used.</param>
    public static EventBusException Failed(ClusterError error, string what, KafkaConnection connection, ClusterClient cluster)
    {
        if (!IsOutage(error.Code))
        {
            return new EventBusException($"{what}: {error.Reason} ({error.Code}).", new ClusterException(error));
        }

        // Why a connection could not be made is told apart from the call that it fails.
        var cause = cluster.LastError is { } last ? $" Last: {last.Reason} ({last.Code})." : "";
        return new EventBusException(
            $"{what}: the Kafka brokers {connection.Brokers} (EventBus:Kafka:{nameof(KafkaOptions.BootstrapServers)}) do not answer ({error.Code}).{cause}",
            new ClusterException(error));
    }
}
