using System.Collections.Concurrent;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;

namespace EventBus.Kafka.Topics;

/// <summary>Which topics there are and how many partitions each has; makes those that are missing, where the settings say so.</summary>
/// <remarks>
/// Names are the bus's. What is known is asked for again after <see cref="KafkaOptions.TopicRefreshInterval"/>, since partitions can be added. Calls that
/// want to know the same wait for one answer.
/// </remarks>
internal sealed class TopicDirectory(KafkaConnection connection, ClusterClient cluster)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    // How long brokers take at most to tell each other of a topic that has been made.
    private static readonly TimeSpan s_creationTimeout = TimeSpan.FromSeconds(15);
    private readonly TopicLookup _lookup = new(connection, cluster);
    private readonly ConcurrentDictionary<string, KnownTopic> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<int>> _lookups = new(StringComparer.Ordinal);

    /// <summary>Tells the number of partitions that a topic had when it was last asked for.</summary>
    public bool TryGetPartitions(string topic, out int partitions)
    {
        var isKnown = _known.TryGetValue(topic, out var known);
        partitions = known.Partitions;
        return isKnown;
    }

    /// <summary>The number of partitions of a topic, which is made if it is not there and topics are made.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse, or the topic is not there and is not made.</exception>
    public ValueTask<int> GetPartitionsAsync(string topic, CancellationToken cancellationToken) =>
        TryGetFresh(topic, out var partitions) ? new(partitions) : new(LookUpAsync(topic, cancellationToken));

    /// <summary>The number of partitions of a topic; 0 where it is not there, which makes nothing.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse.</exception>
    public async ValueTask<int> FindPartitionsAsync(string topic, CancellationToken cancellationToken)
    {
        if (TryGetFresh(topic, out var known))
        {
            return known;
        }

        var partitions = await _lookup.FindAsync(topic, cancellationToken).ConfigureAwait(false);
        if (partitions > 0)
        {
            Learn(topic, partitions);
        }

        return partitions;
    }

    /// <summary>All topics of the bus that are in the cluster, its own ones among them, with their numbers of partitions.</summary>
    /// <exception cref="EventBusException">The brokers are away or refuse.</exception>
    public async ValueTask<IReadOnlyDictionary<string, int>> ListAsync(CancellationToken cancellationToken)
    {
        var topics = await _lookup.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (topic, partitions) in topics)
        {
            Learn(topic, partitions);
        }

        return topics;
    }

    /// <summary>Forgets a topic that the brokers do not have any more.</summary>
    public void Forget(string topic) => _known.TryRemove(topic, out _);

    private async Task<int> LookUpAsync(string topic, CancellationToken cancellationToken)
    {
        // Begun outside of the dictionary, which may call its function and drop the result.
        if (!_lookups.TryGetValue(topic, out var lookup))
        {
            var own = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            lookup = _lookups.GetOrAdd(topic, own.Task);
            if (lookup == own.Task)
            {
                _ = AnswerAsync(topic, own);
            }
        }

        return await lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // Not cancelled by any of those who wait for it: bounded by its own times.
    private async Task AnswerAsync(string topic, TaskCompletionSource<int> answer)
    {
        try
        {
            var partitions = await FindOrCreateAsync(topic).ConfigureAwait(false);
            Learn(topic, partitions);
            _lookups.TryRemove(topic, out _);
            answer.SetResult(partitions);
        }
        catch (Exception exception)
        {
            _lookups.TryRemove(topic, out _);
            answer.SetException(exception);

            // Those who wait may have given up.
            _ = answer.Task.Exception;
        }
    }

    private async Task<int> FindOrCreateAsync(string topic)
    {
        var partitions = await _lookup.FindAsync(topic, CancellationToken.None).ConfigureAwait(false);
        if (partitions > 0)
        {
            return partitions;
        }

        if (!connection.Options.CreateTopics)
        {
            throw new EventBusException(
                $"There is no topic '{connection.Names.Topic(topic)}' in the Kafka cluster {connection.Brokers}, and topics are not made "
                + $"(EventBus:Kafka:{nameof(KafkaOptions.CreateTopics)}). Make it.");
        }

        await _lookup.CreateAsync(topic, CancellationToken.None).ConfigureAwait(false);
        var start = connection.Time.GetTimestamp();
        for (var pause = s_firstPause; ; pause = pause * 2 > s_longestPause ? s_longestPause : pause * 2)
        {
            partitions = await _lookup.FindAsync(topic, CancellationToken.None).ConfigureAwait(false);
            if (partitions > 0)
            {
                return partitions;
            }

            if (connection.Time.GetElapsedTime(start) > s_creationTimeout)
            {
                throw new EventBusException(
                    $"Topic '{connection.Names.Topic(topic)}' was made, but has no partitions after {s_creationTimeout}. Look at the brokers' logs.");
            }

            await Task.Delay(pause, connection.Time).ConfigureAwait(false);
        }
    }

    private bool TryGetFresh(string topic, out int partitions)
    {
        var isKnown = _known.TryGetValue(topic, out var known);
        partitions = known.Partitions;
        return isKnown && connection.Time.GetElapsedTime(known.Asked) < connection.Options.TopicRefreshInterval;
    }

    private void Learn(string topic, int partitions) => _known[topic] = new KnownTopic(partitions, connection.Time.GetTimestamp());

    private readonly record struct KnownTopic(int Partitions, long Asked);
}
