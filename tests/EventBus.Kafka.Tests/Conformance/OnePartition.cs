namespace EventBus.Kafka.Tests.Conformance;

/// <summary>Topics of one partition.</summary>
public sealed class OnePartition(KafkaServers servers) : KafkaFixture(servers, partitions: 1, maxPartitions: 1);

public sealed class OnePartition_BackPressure(OnePartition fixture) : BackPressureTests<OnePartition>(fixture);

public sealed class OnePartition_Cancellation(OnePartition fixture) : CancellationTests<OnePartition>(fixture);

public sealed class OnePartition_DeadLetter(OnePartition fixture) : DeadLetterTests<OnePartition>(fixture);

public sealed class OnePartition_ExactlyOnce(OnePartition fixture) : ExactlyOnceTests<OnePartition>(fixture);

public sealed class OnePartition_Group(OnePartition fixture) : GroupTests<OnePartition>(fixture);

public sealed class OnePartition_Idempotency(OnePartition fixture) : IdempotencyTests<OnePartition>(fixture);

public sealed class OnePartition_Member(OnePartition fixture) : MemberTests<OnePartition>(fixture);

public sealed class OnePartition_Metadata(OnePartition fixture) : MetadataTests<OnePartition>(fixture);

public sealed class OnePartition_Order(OnePartition fixture) : OrderTests<OnePartition>(fixture);

public sealed class OnePartition_Outage(OnePartition fixture) : OutageTests<OnePartition>(fixture);

public sealed class OnePartition_Publish(OnePartition fixture) : PublishTests<OnePartition>(fixture);

public sealed class OnePartition_PublisherEnd(OnePartition fixture) : PublisherEndTests<OnePartition>(fixture);

public sealed class OnePartition_Reader(OnePartition fixture) : ReaderTests<OnePartition>(fixture);

public sealed class OnePartition_Retry(OnePartition fixture) : RetryTests<OnePartition>(fixture);

public sealed class OnePartition_Seek(OnePartition fixture) : SeekTests<OnePartition>(fixture);

public sealed class OnePartition_Settlement(OnePartition fixture) : SettlementTests<OnePartition>(fixture);

public sealed class OnePartition_Stop(OnePartition fixture) : StopTests<OnePartition>(fixture);

public sealed class OnePartition_Subscribe(OnePartition fixture) : SubscribeTests<OnePartition>(fixture);

public sealed class OnePartition_Topic(OnePartition fixture) : TopicTests<OnePartition>(fixture);

public sealed class OnePartition_Version(OnePartition fixture) : VersionTests<OnePartition>(fixture);
