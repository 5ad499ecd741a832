namespace EventBus.Transports;

/// <summary>A topic whose partitions <see cref="PartitionSpread"/> gives to those members of a group that read it. Members go by their place among these.</summary>
internal interface ISpreadTopic
{
    /// <summary>How many members read the topic.</summary>
    int Members { get; }

    int Partitions { get; }

    /// <summary>The member that has a partition; -1 where none of them does.</summary>
    int this[int partition] { get; set; }

    /// <summary>How many partitions a member has of all topics together.</summary>
    int LoadOf(int member);
}
