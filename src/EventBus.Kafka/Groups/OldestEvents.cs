using System.Collections.Concurrent;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Reading;

namespace EventBus.Kafka.Groups;

/// <summary>Finds when the first event was stored that a group has yet to settle. What has been read once is remembered while the group stays there.</summary>
internal sealed class OldestEvents(KafkaConnection connection, ReaderPool pool)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(string Topic, int Partition), (Offset Offset, DateTimeOffset? Time)> _known = [];

    /// <summary>Adds the times.</summary>
    /// <exception cref="EventBusException">The brokers have not answered in time.</exception>
    public async Task<IReadOnlyList<PartitionLag>> AddToAsync(PartitionLag[] lags, CancellationToken cancellationToken)
    {
        foreach (var topic in lags.Where(lag => lag.Count > 0 && !IsKnown(lag)).GroupBy(static lag => lag.Topic, StringComparer.Ordinal))
        {
            await ReadAsync(topic.Key, [.. topic], cancellationToken).ConfigureAwait(false);
        }

        return [.. lags.Select(With)];
    }

    private bool IsKnown(PartitionLag lag) => _known.TryGetValue((lag.Topic, lag.Partition), out var known) && known.Offset == lag.Next;

    // Where no event was found, only the markers of transactions stand there.
    private PartitionLag With(PartitionLag lag) =>
        lag.Count == 0 || !_known.TryGetValue((lag.Topic, lag.Partition), out var known) || known.Offset != lag.Next ? lag
        : known.Time is { } time ? lag with { OldestTime = time }
        : lag with { Count = 0 };

    private async Task ReadAsync(string topic, PartitionLag[] lags, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_timeout, connection.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var reading = new LogReading(connection, pool, topic, lags.Select(static lag =>
            new LogCursor(lag.Partition, (long)lag.Next.Major, (long)lag.Next.Major + lag.Count)), isFollowing: false);
        var left = lags.ToDictionary(static lag => lag.Partition);
        List<StoredRecord> records = [];
        try
        {
            while (left.Count > 0 && !reading.IsAtEnd)
            {
                if (!reading.Read(records))
                {
                    await reading.WaitAsync(either.Token).ConfigureAwait(false);
                }

                foreach (var record in records)
                {
                    if (left.Remove(record.Entry.Position.Partition, out var lag))
                    {
                        _known[(topic, lag.Partition)] = (lag.Next, record.StoredAt);
                    }
                }

                records.Clear();
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventBusException(
                $"The oldest event of topic '{topic}' could not be read: the Kafka brokers {connection.Brokers} have not answered within {s_timeout}.",
                exception);
        }

        foreach (var lag in left.Values)
        {
            _known[(topic, lag.Partition)] = (lag.Next, null);
        }
    }
}
