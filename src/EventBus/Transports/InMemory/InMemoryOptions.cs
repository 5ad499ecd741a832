using System.ComponentModel.DataAnnotations;

namespace EventBus.Transports.InMemory;

/// <summary>Settings of the in-memory transport, bound from <c>EventBus:InMemory</c>.</summary>
public sealed class InMemoryOptions
{
    /// <summary>How many partitions a topic has. Members of a group share them, so that more members than partitions idle.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 10_000)]
    public int Partitions { get; set; } = 1;

    /// <summary>Topics with another number of partitions than <see cref="Partitions"/>, by name.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, int> TopicPartitions { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// How many events, in one partition, the slowest group with a member may have unsettled before publishers wait for it.
    /// </summary>
    /// <value>The default is 8,192.</value>
    [Range(1, int.MaxValue)]
    public int Capacity { get; set; } = 8_192;

    /// <summary>
    /// How many events a partition keeps for replay and for groups without members, besides those that a live group has yet to settle.
    /// </summary>
    /// <value>The default is 1,024.</value>
    [Range(0, long.MaxValue)]
    public long RetainedEvents { get; set; } = 1_024;

    /// <summary>How many bytes of data a partition keeps in the same sense. Needs <see cref="RoundTripJson"/>: an object has no length.</summary>
    /// <value>The default is null: no limit by bytes.</value>
    [Range(0, long.MaxValue)]
    public long? RetainedBytes { get; set; }

    /// <summary>How long a partition keeps events in the same sense.</summary>
    /// <value>The default is null: no limit by age.</value>
    public TimeSpan? RetainedAge { get; set; }

    /// <summary>
    /// Whether every event goes through its serializer and back, as on a broker, in place of being passed on by reference. For tests.
    /// </summary>
    /// <value>The default is false: handlers receive the publisher's own object, which nobody may change any more.</value>
    public bool RoundTripJson { get; set; }
}
