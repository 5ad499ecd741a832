namespace EventBus.Conformance;

/// <summary>What a transport can do beyond the guarantees that hold for all: data, so that a test is skipped for no other reason.</summary>
public sealed record TransportCapabilities
{
    /// <summary>The most partitions that a topic can have in a world of the fixture.</summary>
    /// <value>The default is no limit.</value>
    public int MaxPartitions { get; init; } = int.MaxValue;

    /// <summary>Whether a slow live group slows publishers down: <see cref="WorldOptions.Capacity"/>.</summary>
    /// <value>The default is true. A broker that keeps its log on disk says false.</value>
    public bool BackPressure { get; init; } = true;

    /// <summary>Whether a partition keeps a number of events at least and not much more: <see cref="WorldOptions.RetainedEvents"/>.</summary>
    /// <value>The default is true.</value>
    public bool RetentionByCount { get; init; } = true;

    /// <summary>Whether groups can be moved: <see cref="Transports.ISeekableTransport"/>.</summary>
    /// <value>The default is true.</value>
    public bool Seek { get; init; } = true;

    /// <summary>Whether groups and readers find a place by the time at which events were stored.</summary>
    /// <value>The default is true.</value>
    public bool SeekToTime { get; init; } = true;

    /// <summary>Whether a group's lag can be told: <see cref="Transports.ILagTransport"/>.</summary>
    /// <value>The default is true.</value>
    public bool Lag { get; init; } = true;

    /// <summary>Whether a group handles each key's events one at a time and in their order. A group whose members take any event says false.</summary>
    /// <value>The default is true.</value>
    public bool KeyOrder { get; init; } = true;

    /// <summary>Whether a key keeps its order while members of its group join, leave and die.</summary>
    /// <value>The default is true.</value>
    public bool KeyOrderAcrossMembers { get; init; } = true;

    /// <summary>Whether a partition is drained before it moves between live members, so that a planned move repeats nothing.</summary>
    /// <value>The default is true.</value>
    public bool MovesWithoutRepeats { get; init; } = true;

    /// <summary>Whether the count of failed attempts reaches the next member: <see cref="Transports.ITransportConsumer.NoteFailure"/>.</summary>
    /// <value>The default is true.</value>
    public bool KeepAttempts { get; init; } = true;

    /// <summary>Whether <see cref="TransportWorld.KillAsync"/> works.</summary>
    /// <value>The default is true.</value>
    public bool Kill { get; init; } = true;

    /// <summary>Whether a subscription can be exactly-once: <see cref="SubscriptionOptions.ExactlyOnce"/>.</summary>
    /// <value>The default is false.</value>
    public bool Transactions { get; init; }

    /// <summary>Whether readers see nothing of a transaction that was not committed.</summary>
    /// <value>The default is true.</value>
    public bool ReadCommitted { get; init; } = true;

    /// <summary>Whether a subscription can take topics by pattern, those that appear later included.</summary>
    /// <value>The default is true.</value>
    public bool Wildcards { get; init; } = true;
}
