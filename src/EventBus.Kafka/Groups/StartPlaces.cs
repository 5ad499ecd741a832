namespace EventBus.Kafka.Groups;

/// <summary>
/// Where a group starts in partitions in which it has no place yet, as it was found out when the member was opened. In all others it starts with the first
/// event: they came later.
/// </summary>
/// <param name="places">By the topic's name in the cluster and the partition.</param>
internal sealed class StartPlaces(IReadOnlyDictionary<(string Topic, int Partition), long> places)
{
    public static StartPlaces None { get; } = new(new Dictionary<(string Topic, int Partition), long>());

    /// <summary>Where to start; null with the first event.</summary>
    public long? Of(string clusterTopic, int partition) => places.TryGetValue((clusterTopic, partition), out var offset) ? offset : null;
}
