using EventBus.Redis.Tests.Servers;

namespace EventBus.Redis.Tests.Conformance;

/// <summary>Groups that keep order, in topics of several partitions, on a cluster.</summary>
public sealed class Clustered(TestCluster cluster) : RedisFixture(cluster, partitions: 5, isCompeting: false);

public sealed class Clustered_BackPressure(Clustered fixture) : BackPressureTests<Clustered>(fixture);

public sealed class Clustered_Cancellation(Clustered fixture) : CancellationTests<Clustered>(fixture);

public sealed class Clustered_DeadLetter(Clustered fixture) : DeadLetterTests<Clustered>(fixture);

public sealed class Clustered_ExactlyOnce(Clustered fixture) : ExactlyOnceTests<Clustered>(fixture);

public sealed class Clustered_Group(Clustered fixture) : GroupTests<Clustered>(fixture);

public sealed class Clustered_Idempotency(Clustered fixture) : IdempotencyTests<Clustered>(fixture);

public sealed class Clustered_Member(Clustered fixture) : MemberTests<Clustered>(fixture);

public sealed class Clustered_Metadata(Clustered fixture) : MetadataTests<Clustered>(fixture);

public sealed class Clustered_Order(Clustered fixture) : OrderTests<Clustered>(fixture);

public sealed class Clustered_Outage(Clustered fixture) : OutageTests<Clustered>(fixture);

public sealed class Clustered_Publish(Clustered fixture) : PublishTests<Clustered>(fixture);

public sealed class Clustered_PublisherEnd(Clustered fixture) : PublisherEndTests<Clustered>(fixture);

public sealed class Clustered_Reader(Clustered fixture) : ReaderTests<Clustered>(fixture);

public sealed class Clustered_Retry(Clustered fixture) : RetryTests<Clustered>(fixture);

public sealed class Clustered_Seek(Clustered fixture) : SeekTests<Clustered>(fixture);

public sealed class Clustered_Settlement(Clustered fixture) : SettlementTests<Clustered>(fixture);

public sealed class Clustered_Stop(Clustered fixture) : StopTests<Clustered>(fixture);

public sealed class Clustered_Subscribe(Clustered fixture) : SubscribeTests<Clustered>(fixture);

public sealed class Clustered_Topic(Clustered fixture) : TopicTests<Clustered>(fixture);

public sealed class Clustered_Version(Clustered fixture) : VersionTests<Clustered>(fixture);
