namespace EventBus.Transports.InMemory;

/// <summary>Settings of the in-memory transport, bound from <c>EventBus:InMemory</c>.</summary>
public sealed class InMemoryOptions
{
    /// <summary>
    /// How many partitions a topic has, from 1 to 10,000. Members of a group share them, so that more members than partitions idle.
    /// </summary>
    /// <value>The default is 1.</value>
    public int Partitions { get; set; } = 1;

    /// <summary>Topics with another number of partitions than <see cref="Partitions"/>, by name.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, int> TopicPartitions { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// How many events of one partition, 1 or more, may lie between the newest one and the first that the slowest group has not settled,
    /// before publishers wait for it. Only groups with a member count. A group that is moved back by more than this, or starts so
    /// far back, makes publishers wait until it has caught up; and what a handler publishes goes beyond it rather than
    /// wait for its own group.
    /// </summary>
    /// <value>The default is 8,192.</value>
    public int Capacity { get; set; } = 8_192;

    /// <summary>
    /// How many events a partition keeps for replay and for groups without members, 0 or more, besides those that a group with a member
    /// has yet to settle. A group that comes back to find its next event gone goes on at the oldest that is left.
    /// </summary>
    /// <value>The default is 1,024.</value>
    public long RetainedEvents { get; set; } = 1_024;

    /// <summary>
    /// How many bytes of data a partition keeps in the same sense, if that is less. Needs <see cref="RoundTripJson"/>: an object has no
    /// length.
    /// </summary>
    /// <value>The default is null: no limit by bytes.</value>
    public long? RetainedBytes { get; set; }

    /// <summary>
    /// How long a partition keeps events in the same sense, if that is less. Looked at when the partition is published to or read, so
    /// that the last events of one that nobody touches stay in memory.
    /// </summary>
    /// <value>The default is null: no limit by age.</value>
    public TimeSpan? RetainedAge { get; set; }

    /// <summary>
    /// Whether every event goes through its serializer and back, as on a broker, in place of being passed on by reference. For tests.
    /// </summary>
    /// <value>The default is false: handlers receive the publisher's own object, which nobody may change any more.</value>
    public bool RoundTripJson { get; set; }
}
