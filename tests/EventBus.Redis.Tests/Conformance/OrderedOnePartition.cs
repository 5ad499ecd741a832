using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>Groups that keep order, in topics of one partition.</summary>
public sealed class OrderedOnePartition(TestRedis redis) : RedisFixture(redis, partitions: 1, isCompeting: false, maxPartitions: 1);

public sealed class OrderedOnePartition_BackPressure(OrderedOnePartition fixture) : BackPressureTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Cancellation(OrderedOnePartition fixture) : CancellationTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_DeadLetter(OrderedOnePartition fixture) : DeadLetterTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_ExactlyOnce(OrderedOnePartition fixture) : ExactlyOnceTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Group(OrderedOnePartition fixture) : GroupTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Idempotency(OrderedOnePartition fixture) : IdempotencyTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Member(OrderedOnePartition fixture) : MemberTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Metadata(OrderedOnePartition fixture) : MetadataTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Order(OrderedOnePartition fixture) : OrderTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Outage(OrderedOnePartition fixture) : OutageTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Publish(OrderedOnePartition fixture) : PublishTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_PublisherEnd(OrderedOnePartition fixture) : PublisherEndTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Reader(OrderedOnePartition fixture) : ReaderTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Retry(OrderedOnePartition fixture) : RetryTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Seek(OrderedOnePartition fixture) : SeekTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Settlement(OrderedOnePartition fixture) : SettlementTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Stop(OrderedOnePartition fixture) : StopTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Subscribe(OrderedOnePartition fixture) : SubscribeTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Topic(OrderedOnePartition fixture) : TopicTests<OrderedOnePartition>(fixture);

public sealed class OrderedOnePartition_Version(OrderedOnePartition fixture) : VersionTests<OrderedOnePartition>(fixture);
