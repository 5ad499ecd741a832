namespace EventBus.Kafka.Tests.Conformance;

/// <summary>Topics of several partitions.</summary>
public sealed class Partitioned(KafkaServers servers) : KafkaFixture(servers, partitions: 4);

public sealed class Partitioned_BackPressure(Partitioned fixture) : BackPressureTests<Partitioned>(fixture);

public sealed class Partitioned_Cancellation(Partitioned fixture) : CancellationTests<Partitioned>(fixture);

public sealed class Partitioned_DeadLetter(Partitioned fixture) : DeadLetterTests<Partitioned>(fixture);

public sealed class Partitioned_ExactlyOnce(Partitioned fixture) : ExactlyOnceTests<Partitioned>(fixture);

public sealed class Partitioned_Group(Partitioned fixture) : GroupTests<Partitioned>(fixture);

public sealed class Partitioned_Idempotency(Partitioned fixture) : IdempotencyTests<Partitioned>(fixture);

public sealed class Partitioned_Member(Partitioned fixture) : MemberTests<Partitioned>(fixture);

public sealed class Partitioned_Metadata(Partitioned fixture) : MetadataTests<Partitioned>(fixture);

public sealed class Partitioned_Order(Partitioned fixture) : OrderTests<Partitioned>(fixture);

public sealed class Partitioned_Outage(Partitioned fixture) : OutageTests<Partitioned>(fixture);

public sealed class Partitioned_Publish(Partitioned fixture) : PublishTests<Partitioned>(fixture);

public sealed class Partitioned_PublisherEnd(Partitioned fixture) : PublisherEndTests<Partitioned>(fixture);

public sealed class Partitioned_Reader(Partitioned fixture) : ReaderTests<Partitioned>(fixture);

public sealed class Partitioned_Retry(Partitioned fixture) : RetryTests<Partitioned>(fixture);

public sealed class Partitioned_Seek(Partitioned fixture) : SeekTests<Partitioned>(fixture);

public sealed class Partitioned_Settlement(Partitioned fixture) : SettlementTests<Partitioned>(fixture);

public sealed class Partitioned_Stop(Partitioned fixture) : StopTests<Partitioned>(fixture);

public sealed class Partitioned_Subscribe(Partitioned fixture) : SubscribeTests<Partitioned>(fixture);

public sealed class Partitioned_Topic(Partitioned fixture) : TopicTests<Partitioned>(fixture);

public sealed class Partitioned_Version(Partitioned fixture) : VersionTests<Partitioned>(fixture);
