using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Consuming;
using EventBus.Kafka.Native;
using EventBus.Kafka.Topics;

namespace EventBus.Kafka.Groups;

/// <summary>Tells how far a group is behind: from what it has committed, with what is settled ahead of that, to the ends of the logs.</summary>
/// <remarks>Of a compacted topic, and of one with transactions, the count is an upper bound: offsets without an event are counted, too.</remarks>
internal sealed class GroupLag(
    KafkaConnection connection, ClusterClient cluster, TopicDirectory topics, GroupOffsets offsets, OldestEvents oldest)
{
    private const int TimeoutMilliseconds = 3_000;

    /// <exception cref="EventBusException">The brokers are away, which is told within seconds, or refuse.</exception>
    public async Task<IReadOnlyList<PartitionLag>> GetAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            var places = await PlacesAsync(connection.Names.Group(group), cancellationToken).ConfigureAwait(false);
            if (places.Length == 0)
            {
                return [];
            }

            var (first, ends) = await cluster.RunAsync(
                client => (Find(client, places, LogicalOffset.Beginning), Find(client, places, LogicalOffset.End)), cancellationToken)
                .ConfigureAwait(false);
            var lags = places.Select(place => LagOf(place, first, ends)).ToArray();
            return await oldest.AddToAsync(lags, cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterException exception)
        {
            throw ClusterErrors.Failed(exception.Error, $"The lag of group '{group}' could not be found", connection, cluster);
        }
    }

    // Brokers tell all places of a group at once; those that cannot are asked for each of the bus's partitions.
    private async Task<PartitionEntry[]> PlacesAsync(string group, CancellationToken cancellationToken)
    {
        var places = await offsets.ReadAsync(group, null, cancellationToken).ConfigureAwait(false);
        if (places.Length == 0)
        {
            var all = await topics.ListAsync(cancellationToken).ConfigureAwait(false);
            places = await offsets.ReadAsync(
                group,
                [.. all.SelectMany(topic => Enumerable.Range(0, topic.Value)
                    .Select(partition => LogBounds.Place(connection.Names.Topic(topic.Key), partition, 0)))],
                cancellationToken).ConfigureAwait(false);
        }

        return [.. places.Where(place => connection.Names.TryTopicOf(place.Topic, out _))
            .OrderBy(static place => place.Topic, StringComparer.Ordinal).ThenBy(static place => place.Partition)];
    }

    private static Dictionary<(string Topic, int Partition), long> Find(nint client, PartitionEntry[] places, long place) =>
        LogBounds.Find(client, [.. places.Select(entry => LogBounds.Place(entry.Topic, entry.Partition, place))], TimeoutMilliseconds)
            .ToDictionary(static entry => (entry.Topic, entry.Partition), static entry => entry.Offset);

    private PartitionLag LagOf(
        PartitionEntry place, Dictionary<(string Topic, int Partition), long> first, Dictionary<(string Topic, int Partition), long> ends)
    {
        var key = (place.Topic, place.Partition);
        var end = ends[key];

        // What retention has removed is not to be settled any more.
        var next = Math.Max(place.Offset, first[key]);
        var settled = CommitNotes.Parse(place.Metadata, place.Offset).Settled
            .Sum(run => Math.Max(0, Math.Min(run.To, end) - Math.Max(run.From, next)));
        connection.Names.TryTopicOf(place.Topic, out var topic);
        return new PartitionLag(topic!, place.Partition, new Offset((ulong)next), Math.Max(0, end - next - settled), null);
    }
}
