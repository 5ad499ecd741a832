using Confluent.Kafka;
using EventBus.Kafka.Connections;
using EventBus.Kafka.Diagnostics;

namespace EventBus.Kafka.Topics;

/// <summary>
/// Looks at the topics of the application's events when the bus starts. Those that are missing are made, or are an error; of those that are there
/// the log tells what they have other than the settings say.
/// </summary>
internal sealed class TopicCheck(
    KafkaConnection connection, ClusterClient cluster, TopicDirectory topics, IReadOnlyCollection<string> events)
{
    private readonly TopicSettings _settings = new(connection.Options);
    private readonly TopicLookup _lookup = new(connection, cluster);

    /// <exception cref="EventBusException">The brokers are away or refuse, or topics are not there and are not made: the message names all of them.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var found = await _lookup.DescribeAsync(cancellationToken).ConfigureAwait(false);
        await MakeAsync([.. events.Where(topic => !found.ContainsKey(topic))], cancellationToken).ConfigureAwait(false);
        string[] there = [.. events.Where(found.ContainsKey)];
        foreach (var topic in there)
        {
            Compare(topic, "partitions", found[topic].Partitions, _settings.Partitions(topic));
            Compare(topic, "replication factor", found[topic].Replicas, _settings.ReplicationFactor(topic));
        }

        await CompareAsync([.. there.Where(topic => _settings.Of(topic).Count > 0)], cancellationToken).ConfigureAwait(false);
    }

    private async Task MakeAsync(string[] missing, CancellationToken cancellationToken)
    {
        List<EventBusException> failures = [];
        foreach (var topic in missing)
        {
            try
            {
                _ = await topics.GetPartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
            }
            catch (EventBusException exception) when (!ClusterErrors.IsOutage(exception))
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
        {
            throw new EventBusException(string.Join(Environment.NewLine, failures.Select(static failure => failure.Message)), failures[0]);
        }
    }

    private async Task CompareAsync(string[] there, CancellationToken cancellationToken)
    {
        if (there.Length == 0)
        {
            return;
        }

        Dictionary<string, Dictionary<string, string>> settings;
        try
        {
            settings = await _lookup.DescribeSettingsAsync(there, cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterException exception)
        {
            // Only told: a user need not be allowed to look at settings.
            connection.Log.TopicsNotCompared(exception.Error.Reason);
            return;
        }

        foreach (var topic in there)
        {
            foreach (var (name, wanted) in _settings.Of(topic))
            {
                if (settings.TryGetValue(topic, out var all) && all.TryGetValue(name, out var value) && !IsSame(value, wanted))
                {
                    connection.Log.TopicDiffers(topic, name, value, wanted);
                }
            }
        }
    }

    private void Compare(string topic, string what, int found, int? wanted)
    {
        if (wanted is { } number && number != found)
        {
            connection.Log.TopicDiffers(topic, what, $"{found}", $"{number}");
        }
    }

    // Lists, such as that of cleanup policies, have no order.
    private static bool IsSame(string value, string wanted) =>
        value.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)
            .SequenceEqual(wanted.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
