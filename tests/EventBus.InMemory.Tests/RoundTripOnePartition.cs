namespace EventBus.InMemory.Tests;

/// <summary>Every event to bytes and back, in topics of one partition.</summary>
public sealed class RoundTripOnePartition() : InMemoryFixture(partitions: 1, roundTripJson: true, maxPartitions: 1);

public sealed class RoundTripOnePartition_BackPressure(RoundTripOnePartition fixture) : BackPressureTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Cancellation(RoundTripOnePartition fixture) : CancellationTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Group(RoundTripOnePartition fixture) : GroupTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Idempotency(RoundTripOnePartition fixture) : IdempotencyTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Member(RoundTripOnePartition fixture) : MemberTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Metadata(RoundTripOnePartition fixture) : MetadataTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Order(RoundTripOnePartition fixture) : OrderTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Outage(RoundTripOnePartition fixture) : OutageTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Publish(RoundTripOnePartition fixture) : PublishTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_PublisherEnd(RoundTripOnePartition fixture) : PublisherEndTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Reader(RoundTripOnePartition fixture) : ReaderTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Seek(RoundTripOnePartition fixture) : SeekTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Settlement(RoundTripOnePartition fixture) : SettlementTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Stop(RoundTripOnePartition fixture) : StopTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Subscribe(RoundTripOnePartition fixture) : SubscribeTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Topic(RoundTripOnePartition fixture) : TopicTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Version(RoundTripOnePartition fixture) : VersionTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_Retry(RoundTripOnePartition fixture) : RetryTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_DeadLetter(RoundTripOnePartition fixture) : DeadLetterTests<RoundTripOnePartition>(fixture);

public sealed class RoundTripOnePartition_ExactlyOnce(RoundTripOnePartition fixture) : ExactlyOnceTests<RoundTripOnePartition>(fixture);
