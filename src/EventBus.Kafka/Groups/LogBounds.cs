using Confluent.Kafka;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Groups;

/// <summary>Offsets of partitions, as the brokers tell them: the first, the one behind the last, and by time. Calls wait for the answer.</summary>
/// <remarks>The end is the one that readers come to: with transactions under way, the first event that is not decided.</remarks>
internal static unsafe class LogBounds
{
    /// <summary>Finds places.</summary>
    /// <param name="client">Any client.</param>
    /// <param name="places">Partitions, by their topics' names in the cluster, each with a time in milliseconds, or a <see cref="LogicalOffset"/>.</param>
    /// <param name="timeoutMilliseconds">How long to wait.</param>
    /// <returns>The partitions with the offsets. Of a time behind the last record the offset is negative.</returns>
    /// <exception cref="ClusterException">There was no answer in time, or the brokers refuse.</exception>
    public static PartitionEntry[] Find(nint client, IReadOnlyCollection<PartitionEntry> places, int timeoutMilliseconds)
    {
        if (places.Count == 0)
        {
            return [];
        }

        using var list = new PartitionList(places.Count);
        foreach (var place in places)
        {
            list.Add(place.Topic, place.Partition, place.Offset);
        }

        KafkaErrors.Check(Librdkafka.OffsetsForTimes(client, list.Pointer, timeoutMilliseconds));
        var found = list.Read();
        KafkaErrors.Check((int)Array.Find(found, static entry => entry.Error != ErrorCode.NoError).Error);
        return found;
    }

    /// <summary>A place to ask for.</summary>
    public static PartitionEntry Place(string clusterTopic, int partition, long offset) =>
        new(clusterTopic, partition, offset, "", ErrorCode.NoError);
}
