namespace EventBus.Transports.InMemory;

/// <summary>What the logs of a broker have in common. A copy of the options, so that a later change of them has no effect.</summary>
internal sealed class BrokerSettings(InMemoryOptions options, TimeProvider time)
{
    private readonly Dictionary<string, int> _topicPartitions = new(options.TopicPartitions, StringComparer.Ordinal);
    private readonly int _partitions = options.Partitions;

    public TimeProvider Time { get; } = time;

    public SegmentPool Segments { get; } = new();

    public WaitGraph WaitGraph { get; } = new();

    public int Capacity { get; } = options.Capacity;

    public long RetainedEvents { get; } = options.RetainedEvents;

    public long? RetainedBytes { get; } = options.RetainedBytes;

    public long? RetainedTicks { get; } = options.RetainedAge?.Ticks;

    public bool RoundTrip { get; } = options.RoundTripJson;

    public int PartitionsOf(string topic) => _topicPartitions.GetValueOrDefault(topic, _partitions);
}
