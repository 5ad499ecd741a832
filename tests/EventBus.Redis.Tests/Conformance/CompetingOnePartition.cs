using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>Groups whose members take any event, within one partition.</summary>
public sealed class CompetingOnePartition(TestRedis redis) : RedisFixture(redis, partitions: 1, isCompeting: true, maxPartitions: 1);

public sealed class CompetingOnePartition_BackPressure(CompetingOnePartition fixture) : BackPressureTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Cancellation(CompetingOnePartition fixture) : CancellationTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_DeadLetter(CompetingOnePartition fixture) : DeadLetterTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_ExactlyOnce(CompetingOnePartition fixture) : ExactlyOnceTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Group(CompetingOnePartition fixture) : GroupTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Idempotency(CompetingOnePartition fixture) : IdempotencyTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Member(CompetingOnePartition fixture) : MemberTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Metadata(CompetingOnePartition fixture) : MetadataTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Order(CompetingOnePartition fixture) : OrderTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Outage(CompetingOnePartition fixture) : OutageTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Publish(CompetingOnePartition fixture) : PublishTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_PublisherEnd(CompetingOnePartition fixture) : PublisherEndTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Reader(CompetingOnePartition fixture) : ReaderTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Retry(CompetingOnePartition fixture) : RetryTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Seek(CompetingOnePartition fixture) : SeekTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Settlement(CompetingOnePartition fixture) : SettlementTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Stop(CompetingOnePartition fixture) : StopTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Subscribe(CompetingOnePartition fixture) : SubscribeTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Topic(CompetingOnePartition fixture) : TopicTests<CompetingOnePartition>(fixture);

public sealed class CompetingOnePartition_Version(CompetingOnePartition fixture) : VersionTests<CompetingOnePartition>(fixture);
