namespace EventBus.Conformance;

/// <summary>How a test wants its world. Null leaves a setting to the fixture; a test asks only for what the transport can do.</summary>
public sealed record WorldOptions
{
    /// <summary>How many partitions a topic has; no more than <see cref="TransportCapabilities.MaxPartitions"/>.</summary>
    public int? Partitions { get; init; }

    /// <summary>How many unsettled events of the slowest live group a partition holds before publishers wait.</summary>
    /// <seealso cref="TransportCapabilities.BackPressure"/>
    public int? Capacity { get; init; }

    /// <summary>How many events a partition keeps besides those that a live group has yet to settle.</summary>
    /// <seealso cref="TransportCapabilities.RetentionByCount"/>
    public int? RetainedEvents { get; init; }
}
