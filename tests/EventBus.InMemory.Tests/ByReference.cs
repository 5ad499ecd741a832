namespace EventBus.InMemory.Tests;

/// <summary>Objects passed on by reference, in topics of several partitions.</summary>
public sealed class ByReference() : InMemoryFixture(partitions: 5, roundTripJson: false);

public sealed class ByReference_BackPressure(ByReference fixture) : BackPressureTests<ByReference>(fixture);

public sealed class ByReference_Cancellation(ByReference fixture) : CancellationTests<ByReference>(fixture);

public sealed class ByReference_Group(ByReference fixture) : GroupTests<ByReference>(fixture);

public sealed class ByReference_Idempotency(ByReference fixture) : IdempotencyTests<ByReference>(fixture);

public sealed class ByReference_Member(ByReference fixture) : MemberTests<ByReference>(fixture);

public sealed class ByReference_Metadata(ByReference fixture) : MetadataTests<ByReference>(fixture);

public sealed class ByReference_Order(ByReference fixture) : OrderTests<ByReference>(fixture);

public sealed class ByReference_Outage(ByReference fixture) : OutageTests<ByReference>(fixture);

public sealed class ByReference_Publish(ByReference fixture) : PublishTests<ByReference>(fixture);

public sealed class ByReference_PublisherEnd(ByReference fixture) : PublisherEndTests<ByReference>(fixture);

public sealed class ByReference_Reader(ByReference fixture) : ReaderTests<ByReference>(fixture);

public sealed class ByReference_Seek(ByReference fixture) : SeekTests<ByReference>(fixture);

public sealed class ByReference_Settlement(ByReference fixture) : SettlementTests<ByReference>(fixture);

public sealed class ByReference_Stop(ByReference fixture) : StopTests<ByReference>(fixture);

public sealed class ByReference_Subscribe(ByReference fixture) : SubscribeTests<ByReference>(fixture);

public sealed class ByReference_Topic(ByReference fixture) : TopicTests<ByReference>(fixture);

public sealed class ByReference_Version(ByReference fixture) : VersionTests<ByReference>(fixture);

public sealed class ByReference_Retry(ByReference fixture) : RetryTests<ByReference>(fixture);

public sealed class ByReference_DeadLetter(ByReference fixture) : DeadLetterTests<ByReference>(fixture);

public sealed class ByReference_ExactlyOnce(ByReference fixture) : ExactlyOnceTests<ByReference>(fixture);
