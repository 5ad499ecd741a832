namespace EventBus.Kafka.Native;

/// <summary>What a client tells in its queue: <c>RD_KAFKA_EVENT_…</c>.</summary>
[Flags]
internal enum EventKinds
{
    None = 0,
    DeliveryReport = 0x1,
    Record = 0x2,
    Log = 0x4,
    Error = 0x8,
    Rebalance = 0x10,
    OffsetCommit = 0x20,
    Statistics = 0x40,
    TokenRefresh = 0x100,
    GroupOffsets = 0x8000,
    GroupOffsetsAltered = 0x10000,
}
