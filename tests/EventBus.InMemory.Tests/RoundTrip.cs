namespace EventBus.InMemory.Tests;

/// <summary>Every event to bytes and back, in topics of several partitions.</summary>
public sealed class RoundTrip() : InMemoryFixture(partitions: 5, roundTripJson: true);

public sealed class RoundTrip_BackPressure(RoundTrip fixture) : BackPressureTests<RoundTrip>(fixture);

public sealed class RoundTrip_Cancellation(RoundTrip fixture) : CancellationTests<RoundTrip>(fixture);

public sealed class RoundTrip_Group(RoundTrip fixture) : GroupTests<RoundTrip>(fixture);

public sealed class RoundTrip_Idempotency(RoundTrip fixture) : IdempotencyTests<RoundTrip>(fixture);

public sealed class RoundTrip_Member(RoundTrip fixture) : MemberTests<RoundTrip>(fixture);

public sealed class RoundTrip_Metadata(RoundTrip fixture) : MetadataTests<RoundTrip>(fixture);

public sealed class RoundTrip_Order(RoundTrip fixture) : OrderTests<RoundTrip>(fixture);

public sealed class RoundTrip_Outage(RoundTrip fixture) : OutageTests<RoundTrip>(fixture);

public sealed class RoundTrip_Publish(RoundTrip fixture) : PublishTests<RoundTrip>(fixture);

public sealed class RoundTrip_PublisherEnd(RoundTrip fixture) : PublisherEndTests<RoundTrip>(fixture);

public sealed class RoundTrip_Reader(RoundTrip fixture) : ReaderTests<RoundTrip>(fixture);

public sealed class RoundTrip_Seek(RoundTrip fixture) : SeekTests<RoundTrip>(fixture);

public sealed class RoundTrip_Settlement(RoundTrip fixture) : SettlementTests<RoundTrip>(fixture);

public sealed class RoundTrip_Stop(RoundTrip fixture) : StopTests<RoundTrip>(fixture);

public sealed class RoundTrip_Subscribe(RoundTrip fixture) : SubscribeTests<RoundTrip>(fixture);

public sealed class RoundTrip_Topic(RoundTrip fixture) : TopicTests<RoundTrip>(fixture);

public sealed class RoundTrip_Version(RoundTrip fixture) : VersionTests<RoundTrip>(fixture);

public sealed class RoundTrip_Retry(RoundTrip fixture) : RetryTests<RoundTrip>(fixture);

public sealed class RoundTrip_DeadLetter(RoundTrip fixture) : DeadLetterTests<RoundTrip>(fixture);

public sealed class RoundTrip_ExactlyOnce(RoundTrip fixture) : ExactlyOnceTests<RoundTrip>(fixture);
