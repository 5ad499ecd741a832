namespace EventBus.InMemory.Tests;

/// <summary>Objects passed on by reference, in topics of one partition.</summary>
public sealed class ByReferenceOnePartition() : InMemoryFixture(partitions: 1, roundTripJson: false, maxPartitions: 1);

public sealed class ByReferenceOnePartition_BackPressure(ByReferenceOnePartition fixture) : BackPressureTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Cancellation(ByReferenceOnePartition fixture) : CancellationTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Group(ByReferenceOnePartition fixture) : GroupTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Idempotency(ByReferenceOnePartition fixture) : IdempotencyTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Member(ByReferenceOnePartition fixture) : MemberTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Metadata(ByReferenceOnePartition fixture) : MetadataTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Order(ByReferenceOnePartition fixture) : OrderTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Outage(ByReferenceOnePartition fixture) : OutageTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Publish(ByReferenceOnePartition fixture) : PublishTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_PublisherEnd(ByReferenceOnePartition fixture) : PublisherEndTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Reader(ByReferenceOnePartition fixture) : ReaderTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Seek(ByReferenceOnePartition fixture) : SeekTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Settlement(ByReferenceOnePartition fixture) : SettlementTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Stop(ByReferenceOnePartition fixture) : StopTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Subscribe(ByReferenceOnePartition fixture) : SubscribeTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Topic(ByReferenceOnePartition fixture) : TopicTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Version(ByReferenceOnePartition fixture) : VersionTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_Retry(ByReferenceOnePartition fixture) : RetryTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_DeadLetter(ByReferenceOnePartition fixture) : DeadLetterTests<ByReferenceOnePartition>(fixture);

public sealed class ByReferenceOnePartition_ExactlyOnce(ByReferenceOnePartition fixture) : ExactlyOnceTests<ByReferenceOnePartition>(fixture);
