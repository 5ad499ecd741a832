namespace EventBus.DeadLetters;

/// <summary>The order of positions in one partition; between partitions, any that is always the same.</summary>
internal sealed class PositionOrder : IComparer<Position>
{
    public static PositionOrder Instance { get; } = new();

    public int Compare(Position x, Position y)
    {
        var byPartition = x.Partition.CompareTo(y.Partition);
        return byPartition != 0 ? byPartition : x.Offset.CompareTo(y.Offset);
    }
}
