using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>Groups whose members take any event, in topics of several partitions.</summary>
public sealed class Competing(TestRedis redis) : RedisFixture(redis, partitions: 5, isCompeting: true);

public sealed class Competing_BackPressure(Competing fixture) : BackPressureTests<Competing>(fixture);

public sealed class Competing_Cancellation(Competing fixture) : CancellationTests<Competing>(fixture);

public sealed class Competing_DeadLetter(Competing fixture) : DeadLetterTests<Competing>(fixture);

public sealed class Competing_ExactlyOnce(Competing fixture) : ExactlyOnceTests<Competing>(fixture);

public sealed class Competing_Group(Competing fixture) : GroupTests<Competing>(fixture);

public sealed class Competing_Idempotency(Competing fixture) : IdempotencyTests<Competing>(fixture);

public sealed class Competing_Member(Competing fixture) : MemberTests<Competing>(fixture);

public sealed class Competing_Metadata(Competing fixture) : MetadataTests<Competing>(fixture);

public sealed class Competing_Order(Competing fixture) : OrderTests<Competing>(fixture);

public sealed class Competing_Outage(Competing fixture) : OutageTests<Competing>(fixture);

public sealed class Competing_Publish(Competing fixture) : PublishTests<Competing>(fixture);

public sealed class Competing_PublisherEnd(Competing fixture) : PublisherEndTests<Competing>(fixture);

public sealed class Competing_Reader(Competing fixture) : ReaderTests<Competing>(fixture);

public sealed class Competing_Retry(Competing fixture) : RetryTests<Competing>(fixture);

public sealed class Competing_Seek(Competing fixture) : SeekTests<Competing>(fixture);

public sealed class Competing_Settlement(Competing fixture) : SettlementTests<Competing>(fixture);

public sealed class Competing_Stop(Competing fixture) : StopTests<Competing>(fixture);

public sealed class Competing_Subscribe(Competing fixture) : SubscribeTests<Competing>(fixture);

public sealed class Competing_Topic(Competing fixture) : TopicTests<Competing>(fixture);

public sealed class Competing_Version(Competing fixture) : VersionTests<Competing>(fixture);
