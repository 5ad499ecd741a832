using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>Groups that keep order, in topics of several partitions.</summary>
public sealed class Ordered(TestRedis redis) : RedisFixture(redis, partitions: 5, isCompeting: false);

public sealed class Ordered_BackPressure(Ordered fixture) : BackPressureTests<Ordered>(fixture);

public sealed class Ordered_Cancellation(Ordered fixture) : CancellationTests<Ordered>(fixture);

public sealed class Ordered_DeadLetter(Ordered fixture) : DeadLetterTests<Ordered>(fixture);

public sealed class Ordered_ExactlyOnce(Ordered fixture) : ExactlyOnceTests<Ordered>(fixture);

public sealed class Ordered_Group(Ordered fixture) : GroupTests<Ordered>(fixture);

public sealed class Ordered_Idempotency(Ordered fixture) : IdempotencyTests<Ordered>(fixture);

public sealed class Ordered_Member(Ordered fixture) : MemberTests<Ordered>(fixture);

public sealed class Ordered_Metadata(Ordered fixture) : MetadataTests<Ordered>(fixture);

public sealed class Ordered_Order(Ordered fixture) : OrderTests<Ordered>(fixture);

public sealed class Ordered_Outage(Ordered fixture) : OutageTests<Ordered>(fixture);

public sealed class Ordered_Publish(Ordered fixture) : PublishTests<Ordered>(fixture);

public sealed class Ordered_PublisherEnd(Ordered fixture) : PublisherEndTests<Ordered>(fixture);

public sealed class Ordered_Reader(Ordered fixture) : ReaderTests<Ordered>(fixture);

public sealed class Ordered_Retry(Ordered fixture) : RetryTests<Ordered>(fixture);

public sealed class Ordered_Seek(Ordered fixture) : SeekTests<Ordered>(fixture);

public sealed class Ordered_Settlement(Ordered fixture) : SettlementTests<Ordered>(fixture);

public sealed class Ordered_Stop(Ordered fixture) : StopTests<Ordered>(fixture);

public sealed class Ordered_Subscribe(Ordered fixture) : SubscribeTests<Ordered>(fixture);

public sealed class Ordered_Topic(Ordered fixture) : TopicTests<Ordered>(fixture);

public sealed class Ordered_Version(Ordered fixture) : VersionTests<Ordered>(fixture);
