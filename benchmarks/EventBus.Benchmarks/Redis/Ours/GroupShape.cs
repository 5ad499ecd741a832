namespace EventBus.Benchmarks.Redis.Ours;

/// <summary>What a group is made of.</summary>
/// <param name="Members">How many buses share its work.</param>
/// <param name="IsCompeting">Whether they share one partition and keep no order, or have four partitions among them.</param>
internal sealed record GroupShape(int Members, bool IsCompeting)
{
    private const int SharedPartitions = 4;

    /// <summary>The only member of a group that keeps order.</summary>
    public static GroupShape Alone { get; } = new(1, IsCompeting: false);

    public int Partitions => ReferenceEquals(this, Alone) || IsCompeting ? 1 : SharedPartitions;

    /// <summary>Tells the streams of one shape from those of others.</summary>
    public string Name => $"{(IsCompeting ? "competing" : "ordered")}-{Members}-{Partitions}";
}
