using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Native;

namespace EventBus.Kafka.Groups;

/// <summary>Finds places in topics: where a <see cref="SeekTarget"/> is in each partition.</summary>
internal sealed class LogPlaces(KafkaConnection connection, ClusterClient cluster)
{
    private const int TimeoutMilliseconds = 2_000;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Throws where a position is not in the topic.</summary>
    /// <param name="target">The target.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions it has.</param>
    public void Check(SeekTarget target, string topic, int partitions)
    {
        if (target.Position is { } position && position.Partition >= partitions)
        {
            throw new EventBusException(
                $"The position {position} does not exist: topic '{connection.Names.Topic(topic)}' has {partitions} partitions.");
        }
    }

    /// <summary>Where a target is, between the first record and the end: those partitions that it says something about.</summary>
    /// <exception cref="EventBusException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<Dictionary<int, long>> FindAsync(
        string topic, IReadOnlyCollection<int> partitions, SeekTarget target, CancellationToken cancellationToken)
    {
        if (target.Position is { } position)
        {
            int[] own = [position.Partition];
            var low = await FindAsync(topic, own, LogicalOffset.Beginning, cancellationToken).ConfigureAwait(false);
            var high = await FindAsync(topic, own, LogicalOffset.End, cancellationToken).ConfigureAwait(false);
            var offset = (long)Math.Min(position.Offset.Major, long.MaxValue);
            return new Dictionary<int, long>
            {
                [position.Partition] = Math.Clamp(offset, low[position.Partition], Math.Max(low[position.Partition], high[position.Partition])),
            };
        }

        if (target.Time is not { } time)
        {
            return await FindAsync(topic, partitions, target.IsLatest ? LogicalOffset.End : LogicalOffset.Beginning, cancellationToken)
                .ConfigureAwait(false);
        }

        // The first millisecond that does not begin before the moment.
        var milliseconds = time.ToUnixTimeMilliseconds();
        milliseconds += DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) < time ? 1 : 0;
        var found = await FindAsync(topic, partitions, Math.Max(0, milliseconds), cancellationToken).ConfigureAwait(false);
        int[] later = [.. found.Where(static place => place.Value < 0).Select(static place => place.Key)];
        foreach (var (partition, end) in await FindAsync(topic, later, LogicalOffset.End, cancellationToken).ConfigureAwait(false))
        {
            found[partition] = end;
        }

        return found;
    }

    /// <summary>The places of a time in milliseconds, or of a <see cref="LogicalOffset"/>. Of a time behind the last record it is negative.</summary>
    /// <exception cref="EventBusException">There was no answer in time, or the brokers refuse.</exception>
    public async Task<Dictionary<int, long>> FindAsync(
        string topic, IReadOnlyCollection<int> partitions, long place, CancellationToken cancellationToken)
    {
        var name = connection.Names.Topic(topic);
        PartitionEntry[] places = [.. partitions.Select(partition => LogBounds.Place(name, partition, place))];
        for (var start = connection.Time.GetTimestamp(); ;)
        {
            try
            {
                var found = await cluster.RunAsync(client => LogBounds.Find(client, places, TimeoutMilliseconds), cancellationToken)
                    .ConfigureAwait(false);
                return found.ToDictionary(static entry => entry.Partition, static entry => entry.Offset);
            }
            catch (ClusterException exception)
            {
                if (!IsPassing(exception.Error.Code) || connection.Time.GetElapsedTime(start) > s_longestWait)
                {
                    throw ClusterErrors.Failed(exception.Error, $"The places in topic '{name}' could not be found", connection, cluster);
                }
            }

            await Task.Delay(s_pause, connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Leaders move, and new topics have none for a moment.
    private static bool IsPassing(ErrorCode code) => ClusterErrors.IsOutage(code) || code is
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition or ErrorCode.Local_UnknownTopic or ErrorCode.OffsetNotAvailable
        or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.Local_Partial;
}
