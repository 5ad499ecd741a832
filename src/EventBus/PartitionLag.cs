namespace EventBus;

/// <summary>How far a group is behind in one partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition's number.</param>
/// <param name="Next">The first event that the group has not settled: where it would resume after a crash.</param>
/// <param name="Count">How many events it has yet to settle.</param>
/// <param name="OldestTime">When the oldest of them was stored; null where there is none.</param>
public sealed record PartitionLag(string Topic, int Partition, Offset Next, long Count, DateTimeOffset? OldestTime);
