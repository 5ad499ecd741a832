using EventBus.Transports;

namespace EventBus.Consuming;

/// <summary>What a dispatcher knows of one partition in its hands. Guarded by the dispatcher's lock.</summary>
internal sealed class PartitionState(PartitionAssignment assignment)
{
    private bool _revoking;

    public PartitionAssignment Assignment { get; } = assignment;

    /// <summary>The keys that have an event running or waiting to be retried, with the later events of the key behind it.</summary>
    public Dictionary<string, KeyLane> Lanes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is one of the group's own topic, whose events have been here before.</summary>
    public bool IsReturning { get; } = InternalTopics.IsInternal(assignment.Topic);

    /// <summary>Whether the group's dead letters have been read since the partition was assigned.</summary>
    public bool KnowsChains { get; set; }

    /// <summary>How many deliveries are with handlers now.</summary>
    public int Running { get; set; }

    /// <summary>Whether the partition is to be given back: nothing of it is started any more. Read without the lock too.</summary>
    public bool Revoking
    {
        get => Volatile.Read(ref _revoking);
        set => Volatile.Write(ref _revoking, value);
    }

    public bool Released { get; set; }
}
