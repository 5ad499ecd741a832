namespace EventBus.Kafka.Tests.Servers;

/// <summary>The requests of Kafka's protocol that the tests make fail, by their numbers in it.</summary>
/// <seealso href="https://kafka.apache.org/protocol#protocol_api_keys"/>
internal enum KafkaRequest : short
{
    Produce = 0,
    Fetch = 1,
    ListOffsets = 2,
    Metadata = 3,
    OffsetCommit = 8,
    OffsetFetch = 9,
    FindCoordinator = 10,
    JoinGroup = 11,
    Heartbeat = 12,
    LeaveGroup = 13,
    SyncGroup = 14,
    InitProducerId = 22,
}
