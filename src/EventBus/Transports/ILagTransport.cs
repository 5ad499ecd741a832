namespace EventBus.Transports;

/// <summary>The ability to tell how far a group is behind.</summary>
public interface ILagTransport
{
    /// <summary>The group's lag in each partition of the topics in which it has a position; empty for an unknown group.</summary>
    ValueTask<IReadOnlyList<PartitionLag>> GetLagAsync(string group, CancellationToken cancellationToken);
}
